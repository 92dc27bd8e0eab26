/// The way back to the client that sent one request.
package protocol HTTPExchange: Sendable {
  /// Sends the answer. Only the first call, of this or `begin`, counts.
  func respond(_ response: HTTPResponse)
  /// Sends the head of an answer of unknown length, whose body comes in pieces.
  /// - Parameter filler: what may stand between any two pieces without a meaning. It is sent to a peer that has ended
  ///   its input, to learn whether it has left; with none, only the next piece tells.
  /// - Returns: nil if the exchange was answered before.
  func begin(status: Int, headers: HTTPHeaders, filler: [UInt8]) -> (any HTTPResponseStream)?
  /// Whether the client has left: whatever is done for it is in vain.
  var isAbandoned: Bool { get }
  /// Runs `action` once if the client leaves before its answer is whole; at once if it has left already.
  func onDisconnect(_ action: @escaping @Sendable () -> Void)
}
