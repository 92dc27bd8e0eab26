/// Answers requests. Called off the event loop, on any thread; may answer later and from another thread.
package protocol HTTPHandler: Sendable {
  /// Must call `exchange.respond` exactly once.
  func handle(_ request: HTTPRequest, _ exchange: any HTTPExchange)
}
