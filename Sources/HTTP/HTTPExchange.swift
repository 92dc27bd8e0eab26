/// The way back to the client that sent one request.
package protocol HTTPExchange: Sendable {
  /// Sends the answer. Only the first call counts.
  func respond(_ response: HTTPResponse)
  /// Runs `action` once if the client leaves before it was answered; at once if it has left already.
  func onDisconnect(_ action: @escaping @Sendable () -> Void)
}
