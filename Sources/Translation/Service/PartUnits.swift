import Decoding

/// Makes of a part what a worker takes.
struct PartUnits: Sendable {
  let model: LoadedModel
  /// The model's number in the catalog.
  private let index: Int
  private let options: DecodingOptions
  private let aligns: Bool

  /// Hypotheses that a part is translated with again, and tokens in a row that may then stand once at most.
  private static let widerBeam = 4
  private static let uniqueRun = 3

  /// - Parameter options: the model's own, of the width that is wanted.
  init(
    _ model: LoadedModel, index: Int, options: DecodingOptions, alternatives: Int, explain: Set<Explanation>
  ) {
    var options = options
    options.beam = max(options.beam, alternatives + 1)
    options.hypotheses = alternatives + 1
    options.logProbs = explain.contains(.scores)
    self.model = model
    self.index = index
    self.options = options
    aligns = explain.contains(.alignment)
  }

  /// Attention is asked for where something is kept or a number stands, too: should it be broken, that tells what stands
  /// in its place.
  /// - Returns: nil for a part that stays as it is.
  func unit(_ draft: PartDraft) -> WorkUnit? {
    guard let encoded = draft.part.encoded else { return nil }
    var own = options
    own.maxLength = model.targetLimit.tokens(sourceTokens: encoded.ids.count, ceiling: options.maxLength)
    if let kind = draft.rejected?.kind { tighten(&own, kind) }
    let isAligned = aligns || (draft.part.mayBreak && model.summary.attention[.cross] != nil)
    if isAligned { own.capture = model.alignment(Alignment.candidates(encoded, in: draft.part.text)) }
    return WorkUnit(model: index, request: DecodingRequest(source: encoded.ids, options: own))
  }

  private func tighten(_ options: inout DecodingOptions, _ kind: Repair.Kind) {
    options.beam = max(options.beam, Self.widerBeam)
    if kind == .repetition {
      options.uniqueRun = Self.uniqueRun
    } else {
      options.minLength = max(options.minLength, 2)
      let unknown = model.tokenizer.unknownToken
      if unknown != model.tokenizer.endToken { options.forbiddenTokens.append(unknown) }
    }
  }
}
