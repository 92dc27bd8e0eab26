import Dispatch

/// Where and how an `HTTPServer` serves.
package struct HTTPServerConfiguration: Sendable {
  /// A name or an IPv4 or IPv6 address; `::` takes both.
  package var host = "127.0.0.1"
  /// 0 lets the system choose; `HTTPServer.start` says which.
  package var port = 0
  package var limits = HTTPLimits()
  package var timeouts = HTTPTimeouts()
  /// Connections held at once. Some above it are told 503, more wait unaccepted.
  package var maxConnections = 4096
  /// Bytes that all connections together may keep of bodies that arrive and of answers that are not taken; above it
  /// whoever has most of them is cut off. As many again may be with handlers; beyond, requests are refused.
  package var maxHeldBytes = 256 << 20
  /// Seconds into a round of the event loop after which brief work goes to other threads too: the loop is busy.
  package var busySeconds = 0.004
  /// How seldom sockets are looked at while many requests are under way.
  package var gatheringPause = GatheringPause()
  /// Connections that the system completes before they are accepted.
  package var backlog: Int32 = 1024
  /// Runs a block on another thread: calls of handlers, and other work that the event loop has no time for.
  ///
  /// Clients take turns. A block without a client ends something that was begun, is quick, and goes before all of them.
  /// - Returns: a closure that lets a block which still waits go before all clients too.
  package var schedule: Schedule = { _, block in
    DispatchQueue.global().async(execute: block)
    return {}
  }

  package typealias Schedule =
    @Sendable (_ client: String?, _ block: @escaping @Sendable () -> Void) -> @Sendable () -> Void

  package init() {}
}
