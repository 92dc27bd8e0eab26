import Foundation
import HTTP
import Support

/// Responds with the path and the body.
///
/// Some paths differ. `/wait` waits for the test, `/big` has many bytes, `/stream` comes in pieces, and `/forget` has no
/// response. `/brief` and `/health` respond with the name of the thread.
///
/// `@unchecked Sendable`: `waiting` is touched under `lock` only.
final class EchoHandler: HTTPHandler, @unchecked Sendable {
  static let bigBytes = 8 << 20

  let arrived = Signal()
  let departed = Signal()
  private let lock = NSLock()
  private var waiting: [any HTTPExchange] = []

  private func handle(_ request: HTTPRequest, _ exchange: any HTTPExchange) {
    switch request.path {
    case "/wait":
      exchange.onDisconnect { [departed] in departed.signal() }
      lock.withLock { waiting.append(exchange) }
      arrived.signal()
    case "/big": exchange.respond(HTTPResponse(status: 200, body: Self.big))
    case "/stream":
      guard let stream = exchange.begin(status: 200, headers: [:], filler: []) else { return }
      stream.send(Array("one".utf8))
      stream.finish(Array("two".utf8))
    case "/forget": break
    case "/brief", "/health":
      exchange.respond(HTTPResponse(status: 200, body: Array((Thread.current.name ?? "").utf8)))
    default: exchange.respond(HTTPResponse(status: 200, body: Array(request.path.utf8) + request.body))
    }
  }

  static let big = [[UInt8]](repeating: (0...255).map { $0 &* 7 }, count: bigBytes / 256).flatMap { $0 }

  func match(_ request: HTTPRequest) -> RouteMatch {
    switch request.path {
    case "/brief": RouteMatch(.brief, handle)
    case "/health": RouteMatch(.immediate, handle)
    default: RouteMatch(.queued, handle)
    }
  }

  func release() {
    let exchanges = lock.withLock {
      defer { waiting = [] }
      return waiting
    }
    for exchange in exchanges { exchange.respond(HTTPResponse(status: 200, body: Array("waited".utf8))) }
  }
}
