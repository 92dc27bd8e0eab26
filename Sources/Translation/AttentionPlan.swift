import Decoding
import Models
import Tokenization

/// One sentence whose attention is wanted: its unit, and how the answer is read from what comes back.
struct AttentionPlan: Sendable {
  private let model: LoadedModel
  private let selections: [AttentionSelection]
  private let encoded: EncodedText
  private let sentences: Int
  let unit: WorkUnit

  /// - Throws: `noAttention`, `invalid` naming the field that asks for what is not there, or `attentionTooLarge` where
  ///   that is certain before decoding.
  init(
    _ request: AttentionRequest, model: LoadedModel, index: Int, options: DecodingOptions
  ) throws(TranslationError) {
    self.model = model
    selections = try Self.selections(request, model: model)
    let splitter = SentenceSplitter(language: request.source)
    let pieces = splitter.split(Passage(text: request.text).protectingMarkup()).text.pieces
    guard !pieces.isEmpty else {
      throw .invalid(field: "q", message: "found no text, expected at least one sentence")
    }
    guard pieces.indices.contains(request.sentence) else {
      throw .invalid(
        field: "sentence", message: "found \(request.sentence), expected 0 to \(pieces.count - 1)")
    }
    sentences = pieces.count
    encoded = model.tokenizer.encode(pieces[request.sentence])
    guard encoded.ids.count > 1 else {
      throw .invalid(field: "q", message: "found nothing that the model has tokens for, expected text")
    }
    try Self.check(encoded, field: "q", model)
    var options = options
    options.capture = .weights(Dictionary(uniqueKeysWithValues: selections.map { ($0.kind, $0.maps) }))
    options.logProbs = false
    options.hypotheses = 1
    options.maxLength = model.targetLimit.tokens(
      sourceTokens: encoded.ids.count, ceiling: options.maxLength)
    if let translation = request.translation {
      let target = model.tokenizer.encodeTarget(translation)
      try Self.check(target, field: "translation", model)
      options.forcedTarget = target.ids
      options.beam = 1
    }
    try Self.checkSize(selections, source: encoded.ids.count, target: options.forcedTarget?.count ?? 1)
    unit = WorkUnit(model: index, request: DecodingRequest(source: encoded.ids, options: options))
  }

  /// - Throws: `attentionTooLarge`, or `failed` where the decoder gave something else than it should.
  func answer(_ result: DecodingResult) throws(TranslationError) -> AttentionAnswer {
    guard let tokens = result.hypotheses.first?.tokens, !tokens.isEmpty else {
      throw .failed("the decoder gave no hypothesis")
    }
    try Self.checkSize(selections, source: encoded.ids.count, target: tokens.count)
    var weights: [AttentionKind: AttentionWeights] = [:]
    for selection in selections {
      let (queries, keys) = Self.sides(selection.kind, source: encoded.ids.count, target: tokens.count)
      let values = result.attention[selection.kind] ?? []
      let expected = selection.count(queries: queries, keys: keys)
      guard values.count == expected else {
        throw .failed("\(selection.kind.rawValue) attention has \(values.count) weights, expected \(expected)")
      }
      weights[selection.kind] = selection.answer(values, queries: queries, keys: keys)
    }
    return AttentionAnswer(
      model: model.id, architecture: model.summary.architecture, source: model.pair.source, target: model.pair.target,
      sentences: sentences, sourceTokens: encoded.pieces, targetTokens: model.tokenizer.pieces(tokens),
      decoderTokens: startLabel + model.tokenizer.pieces(tokens.dropLast()), weights: weights)
  }

  /// Models that start from no token have no piece for it.
  private var startLabel: [String] {
    let start = model.summary.startToken
    return start < 0 ? ["<s>"] : model.tokenizer.pieces([start])
  }

  private static func selections(
    _ request: AttentionRequest, model: LoadedModel
  ) throws(TranslationError) -> [AttentionSelection] {
    let kinds = request.kinds.isEmpty ? model.summary.attentionKinds : request.kinds
    guard !kinds.isEmpty else {
      throw .noAttention(architecture: model.summary.architecture, kind: AttentionKind.cross.rawValue)
    }
    var selections: [AttentionSelection] = []
    for kind in kinds {
      guard let shape = model.summary.attention[kind] else {
        throw .noAttention(architecture: model.summary.architecture, kind: kind.rawValue)
      }
      selections.append(
        try AttentionSelection(kind: kind, shape: shape, layers: request.layers, heads: request.heads))
    }
    return selections
  }

  /// Tokens that look, and tokens that are looked at.
  private static func sides(_ kind: AttentionKind, source: Int, target: Int) -> (queries: Int, keys: Int) {
    (kind == .encoder ? source : target, kind == .decoder ? target : source)
  }

  private static func checkSize(
    _ selections: [AttentionSelection], source: Int, target: Int
  ) throws(TranslationError) {
    let found = selections.reduce(0) { sum, selection in
      let (queries, keys) = sides(selection.kind, source: source, target: target)
      return sum + selection.count(queries: queries, keys: keys)
    }
    guard found <= RequestLimits.attentionWeights else {
      throw .attentionTooLarge(found: found, limit: RequestLimits.attentionWeights)
    }
  }

  private static func check(_ encoded: EncodedText, field: String, _ model: LoadedModel) throws(TranslationError) {
    let positions = model.summary.maxPositions
    guard encoded.ids.count <= positions else {
      throw .invalid(
        field: field,
        message: "found a sentence of \(encoded.ids.count) tokens, expected at most the model's \(positions) positions")
    }
  }
}
