/// How long a connection waits for what, in seconds.
package struct HTTPTimeouts: Sendable {
  /// From the first byte of a request to the end of its header fields; then 408.
  package var header = 10.0
  /// Without a body byte, or behind `minimumRate` by as much; then 408.
  package var body = 20.0
  /// Without the peer taking an answer byte, or behind `minimumRate` by as much; then the connection is dropped.
  package var write = 20.0
  /// Bytes a second below which a sender or reader counts as stalled, however steadily it drips.
  package var minimumRate = 1024.0
  /// An open connection with nothing under way; then it is closed.
  package var idle = 75.0
  /// The same while the server drains: long enough for a request that is already travelling.
  package var drainIdle = 0.5
  /// After the last answer, for the peer to close first, so that unread input does not reset the answer away.
  package var linger = 2.0
  /// From the peer's end of input to the first probe that tells a half-closed peer from one that has left.
  package var departureProbe = 0.25

  package init() {}
}
