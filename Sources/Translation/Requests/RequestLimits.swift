/// What a request may ask for, checked before any of it is worked on.
struct RequestLimits: Sendable {
  static let widestBeam = 16
  /// Weights of one `/attention` answer, all kinds together: some 40 MB of JSON.
  static let attentionWeights = 4_000_000

  /// Number of a request's texts that count at least one character each; every further text counts at least
  /// `charactersOfManyTexts`, because a text takes a few kilobytes of memory however short it is.
  private static let fewTexts = 1000
  private static let charactersOfManyTexts = 16

  let characters: Int

  func check(_ request: TranslationRequest) throws(TranslationError) {
    let found = request.texts.enumerated().reduce(0) { sum, text in
      sum + max(text.offset < Self.fewTexts ? 1 : Self.charactersOfManyTexts, text.element.unicodeScalars.count)
    }
    guard found <= characters else { throw .textTooLong(found: found, limit: characters) }
    if let beam = request.beam, !(1...Self.widestBeam).contains(beam) {
      throw .invalid(field: "beam", message: "found \(beam), expected 1 to \(Self.widestBeam)")
    }
    guard (0..<Self.widestBeam).contains(request.alternatives) else {
      throw .invalid(
        field: "alternatives", message: "found \(request.alternatives), expected 0 to \(Self.widestBeam - 1)")
    }
  }

  func check(_ request: AttentionRequest) throws(TranslationError) {
    let found = request.text.unicodeScalars.count + (request.translation?.unicodeScalars.count ?? 0)
    guard found <= characters else { throw .textTooLong(found: found, limit: characters) }
  }
}
