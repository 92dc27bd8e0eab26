/// What a request may ask for, checked before any of it is worked on.
struct RequestLimits: Sendable {
  static let widestBeam = 16
  /// Weights of one `/attention` answer, all kinds together: some 40 MB of JSON.
  static let attentionWeights = 4_000_000

  let characters: Int

  func check(_ request: TranslationRequest) throws(TranslationError) {
    // An empty text costs memory too.
    let found = request.texts.reduce(0) { $0 + max(1, $1.unicodeScalars.count) }
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
