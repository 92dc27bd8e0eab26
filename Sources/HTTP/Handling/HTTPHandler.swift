/// Answers requests, now or later, and from any thread.
package protocol HTTPHandler: Sendable {
  /// Must call `exchange.respond` exactly once.
  func handle(_ request: HTTPRequest, _ exchange: any HTTPExchange)
  /// The thread on which the event loop has `handle` called for this request. Asked on the event loop's thread.
  func execution(of request: HTTPRequest) -> HandlerExecution
  /// The client in whose turn this request waits for a handler thread. Asked on the event loop's thread, and only for
  /// requests that wait.
  func client(of request: HTTPRequest) -> String
}

extension HTTPHandler {
  package func execution(of request: HTTPRequest) -> HandlerExecution { .queued }
  package func client(of request: HTTPRequest) -> String { request.peerAddress }
}

/// The thread on which a request's handler is called.
package enum HandlerExecution: Sendable, Equatable {
  /// The event loop's, however busy it is: `handle` takes well under a millisecond and waits for nothing. For health
  /// checks, which must not wait behind other work.
  case immediate
  /// The event loop's while it has time, else a handler thread: `handle` takes well under a millisecond and waits for
  /// nothing.
  case brief
  /// A handler thread, when it is the client's turn.
  case queued
}
