/// The body of an answer that was begun. Pieces leave in the order of the calls.
package protocol HTTPResponseStream: Sendable {
  func send(_ bytes: [UInt8])
  /// The answer is whole with these bytes as its last. Further calls do nothing.
  func finish(_ last: [UInt8])
}
