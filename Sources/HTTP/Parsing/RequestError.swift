/// Why a request can not be read, with the status that says so. The connection ends after that answer: where
/// the next request would begin is no longer certain.
package struct RequestError: Error, Equatable, Sendable {
  package var status: Int
  package var message: String

  package init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }

  /// Of all connections together.
  static let tooManyBytes = RequestError(503, "too many bytes of requests are under way")

  static func badRequest(_ message: String) -> RequestError { RequestError(400, message) }
}
