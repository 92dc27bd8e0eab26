import Foundation
import HTTP
import JSON
import Translation

/// The answer of `/translate` as events: a `token` for each part of the translation, then `done` with the whole answer, or
/// `error`. Until there is something to tell, an error is answered like any other.
///
/// `@unchecked Sendable`: what changes is only touched under `lock`.
final class TranslationEvents: @unchecked Sendable {
  private let exchange: any HTTPExchange
  /// Whether `q` was an array, so that events say which text they belong to.
  private let isArray: Bool
  private let lock = NSLock()
  private var stream: EventStream?

  init(_ exchange: any HTTPExchange, isArray: Bool) {
    self.exchange = exchange
    self.isArray = isArray
  }

  func tell(_ token: StreamedToken) {
    var writer = JSONWriter(capacity: 64)
    writer.object { writer in
      if isArray {
        writer.name("index")
        writer.integer(token.text)
      }
      writer.name("sentence")
      writer.integer(token.sentence)
      writer.name("text")
      writer.string(token.part)
    }
    lock.withLock { begun() }?.send("token", writer.bytes)
  }

  func finish(_ json: [UInt8]) {
    lock.withLock { begun() }?.finish("done", json)
  }

  func fail(_ error: any Error) {
    guard let stream = lock.withLock({ stream }) else { return exchange.refuse(error) }
    let refusal = exchange.noted(error)
    exchange.note { $0.status = refusal.status }
    var writer = JSONWriter()
    writer.object { writer in
      writer.name("error")
      writer.string(refusal.message)
      writer.name("status")
      writer.integer(refusal.status)
    }
    stream.finish("error", writer.bytes)
  }

  /// Nil where the exchange was answered otherwise.
  private func begun() -> EventStream? {
    if stream == nil { stream = EventStream(exchange) }
    return stream
  }
}
