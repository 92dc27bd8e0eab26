/// How much of everything one connection may use.
package struct HTTPLimits: Sendable {
  /// Bytes of the request line; longer is 414.
  package var requestLineBytes = 16 << 10
  /// Bytes of all header fields, and of all trailer fields, with their line ends; more is 431.
  package var headerBytes = 32 << 10
  /// Number of header fields; more is 431.
  package var headerCount = 100
  /// Bytes of a body after its transfer coding was undone; more is 413.
  package var bodyBytes = 4 << 20
  /// Bytes of a chunk-size line; longer is 400.
  package var chunkLineBytes = 256
  /// Bytes of all chunk extensions of one body; more is 400.
  package var chunkExtensionBytes = 4 << 10
  /// Requests of one connection under way at once; further ones wait unread in the socket. A connection holds at most
  /// so many answers, so that this also bounds its memory.
  package var pipelinedRequests = 4
  /// Body bytes of the requests under way from which no further request is taken.
  package var pipelinedBytes = 1 << 20
  /// Answer bytes waiting for a slow reader from which no further request is taken.
  package var outputBytes = 256 << 10
  /// Answer bytes of a stream waiting for a slow reader above which the connection is dropped.
  package var streamBacklogBytes = 1 << 20

  package init() {}
}
