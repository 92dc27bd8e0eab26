import HTTP

/// The result of parsing some bytes, in a form that does not depend on how they were split.
struct ParsedRequests: Equatable {
  struct Request: Equatable {
    var head: RequestHead
    var body: [UInt8] = []
    var isWhole = false
  }

  var requests: [Request] = []
  var failure: RequestError?
  /// Most bytes that the parser held while it waited for more.
  private(set) var mostBuffered = 0

  /// Feeds `bytes` in pieces of sizes from `nextSize`.
  init(_ bytes: [UInt8], limits: HTTPLimits = HTTPLimits(), nextSize: () -> Int = { .max }) {
    var parser = RequestParser(limits: limits)
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(max(1, nextSize()))
      rest = rest.dropFirst(piece.count)
      piece.withUnsafeBytes { parser.append($0) }
      while let event = parser.next() { take(event) }
      mostBuffered = max(mostBuffered, parser.bufferedBytes)
    }
  }

  init(_ text: String, limits: HTTPLimits = HTTPLimits()) {
    self.init(Array(text.utf8), limits: limits)
  }

  static func == (a: ParsedRequests, b: ParsedRequests) -> Bool {
    a.requests == b.requests && a.failure == b.failure
  }

  private mutating func take(_ event: RequestParser.Event) {
    switch event {
    case .head(let head): requests.append(Request(head: head))
    case .body(let bytes): requests[requests.count - 1].body += bytes
    case .end: requests[requests.count - 1].isWhole = true
    case .failure(let error): failure = error
    }
  }
}
