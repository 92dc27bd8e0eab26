/// Answers requests, now or later, and from any thread.
package protocol HTTPHandler: Sendable {
  /// Must call `exchange.respond` exactly once.
  func handle(_ request: HTTPRequest, _ exchange: any HTTPExchange)
  /// Whether `handle` takes well under a millisecond for this request and waits for nothing, so that the event loop may
  /// call it by itself; all others are called on other threads.
  func isBrief(_ request: HTTPRequest) -> Bool
}

extension HTTPHandler {
  package func isBrief(_ request: HTTPRequest) -> Bool { false }
}
