import HTTP
import JSON

/// An answer as server-sent events (HTML standard, section 9.2): each has a name and one line of JSON.
struct EventStream: Sendable {
  static let mediaType = "text/event-stream"
  /// A comment, which readers skip.
  private static let filler = Array(":\n\n".utf8)
  /// What keeps caches and balancers (nginx: `X-Accel-Buffering`) from holding events back.
  private static let headers: HTTPHeaders = [
    "Content-Type": mediaType, "Cache-Control": "no-store", "X-Accel-Buffering": "no",
  ]

  private let stream: any HTTPResponseStream

  /// Nil if the exchange was answered before.
  init?(_ exchange: any HTTPExchange) {
    guard let stream = exchange.begin(status: 200, headers: Self.headers, filler: Self.filler) else { return nil }
    self.stream = stream
  }

  /// - Parameter json: without line ends, as `JSONWriter` writes.
  func send(_ event: String, _ json: [UInt8]) {
    stream.send(Self.text(event, json))
  }

  func finish(_ event: String, _ json: [UInt8]) {
    stream.finish(Self.text(event, json))
  }

  private static func text(_ event: String, _ json: [UInt8]) -> [UInt8] {
    Array("event: \(event)\ndata: ".utf8) + json + [0x0A, 0x0A]
  }

  /// Whether an `Accept` field (RFC 9110 section 12.5.1) asks for events by name, and for JSON no more than for them.
  static func isWanted(_ headers: HTTPHeaders) -> Bool {
    let accepted = headers.list("Accept").compactMap(MediaType.init)
    func weight(_ name: String) -> Double? {
      accepted.first { $0.name == name }.map { $0.parameters["q"].map { Double($0) ?? 0 } ?? 1 }
    }
    guard let events = weight(mediaType), events > 0 else { return false }
    return events >= weight("application/json") ?? 0
  }
}
