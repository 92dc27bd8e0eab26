import Translation

/// What is known of one request once it is over.
struct RequestAccount: Sendable, Equatable {
  var id: String
  /// nil where the request could not be read.
  var method: String?
  /// The path as it was registered, never as it was sent.
  var route: String
  /// Bytes of bodies.
  var bytesIn = 0
  var bytesOut = 0
  var status = 0
  /// From the whole request to its answer; nil where it never was whole.
  var seconds: Double?
  var work: RequestWork?
  /// The name of the API key, never the key.
  var key: String?
  var refusal: RequestRefusal?
}

/// Why a request was refused.
struct RequestRefusal: Sendable, Equatable {
  var reason: RefusalReason
  /// What the client was told; it may quote what the client sent.
  var message: String
}

/// What was done for a request.
struct RequestWork: Sendable, Equatable {
  var sentences: Int
  /// Unicode scalars of the texts.
  var characters: Int
  var tokens: TokenCounts
  /// Those of the text that took longest.
  var queueMilliseconds: Double?
  var encodeMilliseconds: Double?
  var decodeMilliseconds: Double?
  var batchSize: Int?
  var texts: [String]
  var translations: [String]

  init(_ texts: [String], _ translated: [TranslatedText]) {
    characters = texts.reduce(0) { $0 + $1.unicodeScalars.count }
    sentences = translated.reduce(0) { $0 + $1.sentences.count }
    tokens = translated.reduce(TokenCounts()) {
      TokenCounts(source: $0.source + $1.tokens.source, target: $0.target + $1.tokens.target)
    }
    let timings = translated.isEmpty ? nil : Timings(longestOf: translated.map(\.timings))
    queueMilliseconds = timings?.queueMilliseconds
    encodeMilliseconds = timings?.encodeMilliseconds
    decodeMilliseconds = timings?.decodeMilliseconds
    batchSize = timings?.batchSize
    self.texts = texts
    translations = translated.map(\.text)
  }

  /// - Parameter text: the whole of it, though only one sentence was worked on.
  init(_ text: String, _ attention: AttentionAnswer) {
    sentences = 1
    characters = text.unicodeScalars.count
    tokens = TokenCounts(source: attention.sourceTokens.count, target: attention.targetTokens.count)
    texts = [text]
    translations = []
  }
}
