import HTTP
import Translation

extension RequestTerms {
  static let timeoutField = "X-Request-Timeout-Ms"
  private static let timeouts = 1...Int(Int32.max)

  /// - Parameters:
  ///   - client: whatever tells one client from another.
  ///   - now: seconds of the clock that said when the request came.
  /// - Throws: `Refusal` for a timeout that is no number.
  init(_ request: HTTPRequest, client: String, now: Double) throws {
    self.init(client: client)
    if let received = request.receivedSeconds { waitedMilliseconds = Int(max(0, now - received) * 1000) }
    guard let text = request.headers[Self.timeoutField] else { return }
    guard let timeout = Int(text), Self.timeouts.contains(timeout) else {
      throw Refusal.malformed(
        "\(Self.timeoutField): expected a whole number from \(Self.timeouts.lowerBound) to "
          + "\(Self.timeouts.upperBound), found \(text.excerpt)")
    }
    timeoutMilliseconds = timeout
  }
}
