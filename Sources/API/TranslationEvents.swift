import Foundation
import HTTP
import JSON
import Translation

/// The answer of `/translate` as events: a `token` for each part of the translation, then `done` with the whole answer, or
/// `error`. An error before the first event is answered like that of any other request.
///
/// `@unchecked Sendable`: the variable is only touched under `lock`.
final class TranslationEvents: @unchecked Sendable {
  private let exchange: APIExchange
  /// Whether `q` was an array, so that events name the text that they belong to.
  private let isArray: Bool
  private let lock = NSLock()
  private var stream: EventStream?

  init(_ exchange: APIExchange, isArray: Bool) {
    self.exchange = exchange
    self.isArray = isArray
  }

  /// Sends a part of the translation.
  func send(_ token: StreamedToken) {
    var writer = JSONWriter(capacity: 64)
    writer.object { writer in
      writer.member("index", ifPresent: isArray ? token.text : nil)
      writer.member("sentence", token.sentence)
      // A single space is what readers put between two sentences anyway.
      writer.member("before", ifPresent: token.gap.flatMap { ["", " "].contains($0) ? nil : $0 })
      writer.member("text", token.part)
    }
    lock.withLock { started() }?.send("token", writer.bytes)
  }

  /// Ends the events with the whole answer.
  func finish(_ json: [UInt8]) {
    lock.withLock { started() }?.finish("done", json)
  }

  /// Ends the events with an error, or answers with it if no event was sent.
  func fail(_ error: any Error) {
    guard let stream = lock.withLock({ stream }) else { return exchange.refuse(error) }
    let refusal = exchange.noted(error)
    exchange.note { $0.status = refusal.status }
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("error", refusal.message)
      writer.member("status", refusal.status)
    }
    stream.finish("error", writer.bytes)
  }

  /// The stream, which the first event begins; nil if the exchange was answered otherwise.
  private func started() -> EventStream? {
    if stream == nil { stream = EventStream(exchange) }
    return stream
  }
}

// MARK: - Server-sent events

/// An answer as server-sent events (HTML standard, section 9.2). Each event has a name and one line of JSON.
struct EventStream: Sendable {
  static let mediaType = "text/event-stream"
  /// A comment, which readers skip.
  private static let filler = Array(":\n\n".utf8)
  /// Header fields that keep caches and balancers (nginx: `X-Accel-Buffering`) from holding events back.
  private static let headers: HTTPHeaders = [
    "Content-Type": mediaType, "Cache-Control": "no-store", "X-Accel-Buffering": "no",
  ]

  private let stream: any HTTPResponseStream

  /// Nil if the exchange was answered before.
  init?(_ exchange: APIExchange) {
    guard let stream = exchange.begin(status: 200, headers: Self.headers, filler: Self.filler) else { return nil }
    self.stream = stream
  }

  /// Sends an event.
  /// - Parameter json: its data, without line ends, as `JSONWriter` writes.
  func send(_ event: String, _ json: [UInt8]) {
    stream.send(Self.text(event, json))
  }

  /// Sends the last event.
  func finish(_ event: String, _ json: [UInt8]) {
    stream.finish(Self.text(event, json))
  }

  private static func text(_ event: String, _ json: [UInt8]) -> [UInt8] {
    Array("event: \(event)\ndata: ".utf8) + json + [0x0A, 0x0A]
  }

  /// Whether an `Accept` field (RFC 9110 section 12.5.1) asks for events by name, and does not prefer JSON.
  static func isWanted(_ headers: HTTPHeaders) -> Bool {
    let accepted = headers.list("Accept").compactMap(MediaType.init)
    func weight(_ name: String) -> Double? {
      accepted.first { $0.name == name }.map { $0.parameters["q"].map { Double($0) ?? 0 } ?? 1 }
    }
    guard let events = weight(mediaType), events > 0 else { return false }
    return events >= weight("application/json") ?? 0
  }
}
