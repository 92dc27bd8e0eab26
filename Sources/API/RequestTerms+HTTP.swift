import HTTP
import Translation

extension RequestTerms {
  static let timeoutField = "X-Request-Timeout-Ms"
  private static let timeouts = 1...Int(Int32.max)

  /// - Parameter client: whatever tells one client from another.
  /// - Throws: `Refusal` for a timeout that is no number.
  init(_ request: HTTPRequest, client: String) throws {
    self.init(client: client)
    guard let text = request.headers[Self.timeoutField] else { return }
    guard let timeout = Int(text), Self.timeouts.contains(timeout) else {
      throw Refusal.malformed(
        "\(Self.timeoutField): expected a whole number from \(Self.timeouts.lowerBound) to "
          + "\(Self.timeouts.upperBound), found \(text)")
    }
    timeoutMilliseconds = timeout
  }
}
