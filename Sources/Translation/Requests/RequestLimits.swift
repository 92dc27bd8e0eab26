/// The limits of a request, checked before any work is put into it.
struct RequestLimits: Sendable {
  static let widestBeam = 16
  /// The most weights of one `/attention` answer, all kinds together: some 40 MB of JSON. A worker holds 8 bytes for each
  /// while it captures them, so that one request never needs more than half of `BatchLimits.batchHeldBytes`.
  static let attentionWeights = 4_000_000

  /// The number of texts that count at least one character each. Each further text counts at least
  /// `charactersOfManyTexts`, because a text takes memory however short it is.
  private static let fewTexts = 1000
  private static let charactersOfManyTexts = 16

  let characters: Int
  let backgroundCharacters: Int

  func check(_ request: TranslationRequest) throws(TranslationError) {
    let limit = request.terms.isBackground ? backgroundCharacters : characters
    try check(request.texts.lazy.map(\.unicodeScalars.count), limit: limit)
    try check(beam: request.beam)
    guard (0..<Self.widestBeam).contains(request.alternatives) else {
      throw .invalid(
        field: "alternatives", message: "found \(request.alternatives), expected 0 to \(Self.widestBeam - 1)")
    }
    try request.controls.check(request)
  }

  func check(_ request: AttentionRequest) throws(TranslationError) {
    let found = request.text.unicodeScalars.count + (request.translation?.unicodeScalars.count ?? 0)
    guard found <= characters else { throw .textTooLong(found: found, limit: characters) }
    try check(beam: request.beam)
  }

  func check(_ request: ScoreRequest) throws(TranslationError) {
    let sizes = request.pairs.lazy.map { $0.text.unicodeScalars.count + $0.translation.unicodeScalars.count }
    try check(sizes, limit: characters)
  }

  /// - Parameter sizes: characters of each text.
  private func check(_ sizes: some Sequence<Int>, limit: Int) throws(TranslationError) {
    let found = sizes.enumerated().reduce(0) { sum, size in
      sum + max(size.offset < Self.fewTexts ? 1 : Self.charactersOfManyTexts, size.element)
    }
    guard found <= limit else { throw .textTooLong(found: found, limit: limit) }
  }

  private func check(beam: Int?) throws(TranslationError) {
    if let beam, !(1...Self.widestBeam).contains(beam) {
      throw .invalid(field: "beam", message: "found \(beam), expected 1 to \(Self.widestBeam)")
    }
  }
}

/// A lower bound of the work that a request puts into the queue, known before its texts are split and tokenized.
struct LeastSize: Sendable, Equatable {
  var sentences: Int
  /// Tokens times rows.
  var tokens: Int

  /// A number of bytes that no vocabulary's pieces have on average.
  fileprivate static let bytesPerToken = 16
}

extension TranslationRequest {
  /// Each text with a letter is a sentence at least. A request without any asks for room for one, so that a full queue
  /// and a drain refuse it too.
  var leastSize: LeastSize {
    let readable = texts.lazy.filter { text in text.utf8.contains { $0 >= 0x80 || ASCII.isLetter($0) } }
    let (sentences, bytes) = readable.reduce((0, 0)) { ($0.0 + 1, $0.1 + $1.utf8.count) }
    let rows = max(beam ?? 1, alternatives + 1)
    return LeastSize(sentences: max(1, sentences), tokens: max(1, rows * (bytes / LeastSize.bytesPerToken)))
  }
}
