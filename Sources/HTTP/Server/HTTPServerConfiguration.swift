import Dispatch

/// The address, limits and threads of an `HTTPServer`.
package struct HTTPServerConfiguration: Sendable {
  /// A name, or an IPv4 or IPv6 address; `::` takes both.
  package var host = "127.0.0.1"
  /// 0 lets the system choose the port that `HTTPServer.start` returns.
  package var port = 0
  package var limits = HTTPLimits()
  package var timeouts = HTTPTimeouts()
  /// Connections held at once. For one above the limit those that have been idle longest are closed. If none is idle,
  /// some above the limit are answered with 503, and more wait unaccepted.
  package var maxConnections = 4096
  /// Bytes of arriving requests and of unread responses that all connections hold together. Above it the connections that
  /// hold most are cut off.
  package var maxHeldBytes = 256 << 20
  /// Memory of requests that are with handlers. Requests without room are refused.
  package var memory = MemoryBudget(bytes: 256 << 20)
  /// Seconds into a round of the event loop after which brief work goes to other threads too: the loop is busy.
  package var busySeconds = 0.004
  package var pollCoalescing = PollCoalescing()
  /// Connections that the system completes before they are accepted.
  package var backlog: Int32 = 1024
  package var schedule: Schedule = { _, block in
    DispatchQueue.global().async(execute: block)
    return {}
  }

  /// Runs a block on another thread: calls of handlers, and other work that the event loop has no time for.
  ///
  /// Clients take turns. A block without a client ends something that was begun, is quick, and goes before all clients.
  /// - Returns: a closure that lets a block that still waits go before all clients too.
  package typealias Schedule =
    @Sendable (_ client: String?, _ block: @escaping @Sendable () -> Void) -> @Sendable () -> Void

  package init() {}
}

/// Limits of one connection.
package struct HTTPLimits: Sendable {
  /// Bytes of the request line; a longer one is answered with 414.
  package var requestLineBytes = 16 << 10
  /// Bytes of all header fields, and of all trailer fields, with their line ends; more are answered with 431.
  package var headerBytes = 32 << 10
  /// Number of header fields; more are answered with 431.
  package var headerCount = 100
  /// Bytes of a body after its transfer coding was undone; more are answered with 413.
  package var bodyBytes = 4 << 20
  /// Bytes of a chunk-size line; a longer one is answered with 400.
  package var chunkLineBytes = 256
  /// Bytes of all chunk extensions of one body; more are answered with 400.
  package var chunkExtensionBytes = 4 << 10
  /// Requests of one connection in flight at once; further ones wait unread in the socket. A connection holds at most
  /// this number of responses, so that the limit also bounds its memory.
  package var pipelinedRequests = 4
  /// Body bytes of requests in flight at which no further request is taken.
  package var pipelinedBytes = 1 << 20
  /// Unread response bytes at which no further request is taken.
  package var outputBytes = 256 << 10
  /// Unread bytes of a streamed response above which the connection is dropped.
  package var streamBacklogBytes = 1 << 20

  package init() {}
}

/// Timeouts of one connection, in seconds.
package struct HTTPTimeouts: Sendable {
  /// From the first byte of a request to the end of its header fields; then 408.
  package var header = 10.0
  /// Without a body byte, or this far behind `minimumRate`; then 408.
  package var body = 20.0
  /// Without the peer taking a response byte, or this far behind `minimumRate`; then the connection is dropped.
  package var write = 20.0
  /// Bytes per second below which a peer counts as stalled, even if it sends or reads steadily.
  package var minimumRate = 1024.0
  /// For an open connection with nothing in flight; then it is closed.
  package var idle = 75.0
  /// For an idle connection while the server drains: long enough for a request that is already travelling.
  package var drainIdle = 0.5
  /// After the last response, for the peer to close first, so that unread input does not reset the response away.
  package var linger = 2.0
  /// From the peer's end of input to the first probe that tells a half-closed peer from one that has left.
  package var disconnectProbe = 0.25

  package init() {}
}

/// The rate at which the event loop polls clients while many requests are in flight, as network cards moderate their
/// interrupts.
///
/// All of these requests wait anyway, the longer the more there are. To wake for each of them would take a core from the
/// workers twice per request. Polling at intervals takes several requests, and sends several responses, at once.
///
/// Only the sockets and responses of clients that wait are polled at intervals. New connections, health checks, parts of
/// streams and the end of the server wake the loop at once.
package struct PollCoalescing: Sendable {
  /// Requests in flight from which polls are coalesced. Fewer leave cores idle.
  package var minimumRequests = 32
  package var secondsPerRequest = 0.000_08
  package var maxSeconds = 0.005

  package init() {}

  /// Seconds from one poll to the next; nil if every event wakes the loop.
  func pauseSeconds(inFlightRequests: Int) -> Double? {
    inFlightRequests < minimumRequests ? nil : min(Double(inFlightRequests) * secondsPerRequest, maxSeconds)
  }
}
