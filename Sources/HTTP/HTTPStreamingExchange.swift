/// An exchange whose answer may also be sent in pieces, as they come to be.
package protocol HTTPStreamingExchange: HTTPExchange {
  /// Sends the head of an answer of unknown length; nil if the exchange was answered before.
  func begin(status: Int, headers: HTTPHeaders) -> (any HTTPResponseStream)?
}

/// The body of an answer that was begun. Pieces leave in the order of the calls.
package protocol HTTPResponseStream: Sendable {
  func send(_ bytes: [UInt8])
  /// The answer is whole. Further calls do nothing.
  func finish()
}
