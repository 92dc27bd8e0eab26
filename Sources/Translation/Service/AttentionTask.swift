import Decoding
import Models
import Tokenization

/// The attention weights of one clause, as a state machine: the sentence is translated as `/translate` would, then the
/// clause is decoded once more along its translation with its attention captured.
///
/// A given target goes through the same decoder states as a search that finds it. So the second pass has the weights of
/// the first. It holds the weights of one hypothesis, and their number is known before it starts.
struct AttentionTask: ServiceTask {
  private enum State {
    case translating(SentenceTask)
    case capturing(Subject, ClauseID)
  }

  /// The tokens whose attention is captured.
  private struct Subject {
    let encoded: EncodedText
    let target: [Int32]
    /// The number of clauses that the model translated in the sentence.
    let clauses: Int
    let repairs: [Repair]

    /// The numbers of tokens that attend, and that are attended to.
    func sides(_ kind: AttentionKind) -> (queries: Int, keys: Int) {
      (kind == .encoder ? encoded.ids.count : target.count, kind == .decoder ? target.count : encoded.ids.count)
    }
  }

  private let request: AttentionRequest
  private let plan: DecodingPlan
  private let selections: [AttentionSelection]
  private let checks: OutputChecks
  private let sentences: Int
  private var state: State

  var stream: TranslationStream? { nil }

  /// - Throws: `noAttention`, or `invalid` naming a field whose value does not exist.
  init(_ request: AttentionRequest, _ serving: ServingModels) throws(TranslationError) {
    let catalog = serving.catalog
    let leg = try catalog.direct(source: request.source, target: request.target, id: request.model)
    let model = try serving.loaded([leg])[0]
    self.request = request
    plan = DecodingPlan(model, modelIndex: leg.number, beam: request.beam ?? serving.beam)
    selections = try Self.selections(request, model: model)
    let isChecked = serving.checksOutput && !model.tokenizer.readsWords
    let builder = ClauseBuilder(
      tokenizer: model.tokenizer, longest: model.maxSourceTokens, leavesOut: isChecked, language: model.pair.source)
    checks = OutputChecks(tokenizer: model.tokenizer, builder: builder, pair: model.pair, isOn: isChecked)
    let found = SentenceSplitter(language: request.source).sentence(
      request.sentence, of: Passage(text: request.text).protectingMarkup())
    sentences = found.count
    guard sentences > 0 else {
      throw .invalid(field: "q", message: "found no text, expected at least one sentence")
    }
    guard let passage = found.only, let source = passage.text.pieces.first,
      let protectedSpans = passage.protectedSpans.first
    else {
      throw .invalid(field: "sentence", message: "found \(request.sentence), expected 0 to \(sentences - 1)")
    }
    let id = SentenceID(sentence: request.sentence)
    if let translation = request.translation {
      let subject = try Self.subject(source, translation, model)
      state = .capturing(subject, ClauseID(sentence: id, number: 0))
    } else {
      let clauses = builder.clauses(source, protectedSpans: protectedSpans)
      state = .translating(SentenceTask(id: id, source: source, clauses))
    }
  }

  /// A sentence and its given translation, neither of them cut.
  private static func subject(
    _ source: String, _ translation: String, _ model: LoadedModel
  ) throws(TranslationError) -> Subject {
    let encoded = model.tokenizer.encode(source)
    guard encoded.hasText else {
      throw .invalid(field: "q", message: "found nothing that the model has tokens for, expected text")
    }
    let target = model.tokenizer.encodeTarget(translation)
    for (field, count) in [("q", encoded.ids.count), ("translation", target.ids.count)]
    where count > model.summary.maxPositions {
      throw .invalid(
        field: field,
        message:
          "found a sentence of \(count) tokens, expected at most the model's \(model.summary.maxPositions) positions")
    }
    return Subject(encoded: encoded, target: target.ids, clauses: 1, repairs: [])
  }

  // MARK: Steps

  mutating func advance(
    _ answers: ClauseAnswers, _ stopCheck: StopCheck
  ) throws(TranslationError) -> ServiceStep<AttentionAnswer> {
    try stopCheck()
    var answers = answers
    switch state {
    case .translating(var sentence):
      _ = try sentence.take(&answers, checks)
      try answers.checkTaken()
      var requests: [ClauseRequest] = []
      sentence.ask(plan, nil, &requests)
      state = .translating(sentence)
      guard requests.isEmpty else { return .ask(requests) }
      let (subject, id) = try subject(of: sentence)
      state = .capturing(subject, id)
      return try capture(subject, id)
    case .capturing(let subject, let id):
      if answers.count == 0 { return try capture(subject, id) }
      let answer = try answers.take(id)
      try answers.checkTaken()
      return .finished(try self.answer(subject, answer.result))
    }
  }

  /// The clause that was asked for, among those that the model translated.
  private func subject(of sentence: SentenceTask) throws(TranslationError) -> (Subject, ClauseID) {
    let translated = sentence.clauses.filter { $0.encoded != nil }
    guard !translated.isEmpty else {
      throw .invalid(field: "q", message: "found nothing that the model translates, expected text")
    }
    guard translated.indices.contains(request.clause) else {
      throw .invalid(field: "clause", message: "found \(request.clause), expected 0 to \(translated.count - 1)")
    }
    let clause = translated[request.clause]
    guard let encoded = clause.encoded, let tokens = clause.translation?.tokens, !tokens.isEmpty else {
      throw .failed("the decoder gave no hypothesis")
    }
    let subject = Subject(encoded: encoded, target: tokens, clauses: translated.count, repairs: clause.repairs)
    return (subject, ClauseID(sentence: sentence.id, number: clause.number))
  }

  /// - Throws: `attentionTooLarge`.
  private func capture(_ subject: Subject, _ id: ClauseID) throws(TranslationError) -> ServiceStep<AttentionAnswer> {
    let found = selections.reduce(0) { sum, selection in
      let (queries, keys) = subject.sides(selection.kind)
      return sum + selection.count(queries: queries, keys: keys)
    }
    guard found <= RequestLimits.attentionWeights else {
      throw .attentionTooLarge(found: found, limit: RequestLimits.attentionWeights)
    }
    let maps = Dictionary(uniqueKeysWithValues: selections.map { ($0.kind, $0.maps) })
    return .ask([
      plan.request(subject.encoded, target: subject.target, capture: maps, id: id)
    ])
  }

  // MARK: Answers

  /// - Throws: `failed` if the decoder gave weights of another shape than the model's.
  private func answer(_ subject: Subject, _ result: DecodingResult) throws(TranslationError) -> AttentionAnswer {
    let model = plan.model
    var weights: [AttentionKind: AttentionWeights] = [:]
    for selection in selections {
      let (queries, keys) = subject.sides(selection.kind)
      let values = result.attention[selection.kind] ?? []
      let expected = selection.count(queries: queries, keys: keys)
      guard values.count == expected else {
        throw .failed("\(selection.kind.rawValue) attention has \(values.count) weights, expected \(expected)")
      }
      weights[selection.kind] = selection.answer(values, queries: queries, keys: keys)
    }
    var answer = AttentionAnswer(
      model: model.id, architecture: model.summary.architecture, source: model.pair.source, target: model.pair.target,
      sentences: sentences, sourceTokens: subject.encoded.pieces,
      targetTokens: model.tokenizer.pieces(subject.target),
      decoderTokens: startLabel + model.tokenizer.pieces(subject.target.dropLast()), weights: weights)
    answer.clauses = subject.clauses
    answer.repairs = subject.repairs
    return answer
  }

  /// The piece of the start token; a model that starts from no token has none.
  private var startLabel: [String] {
    let start = plan.model.options.startToken ?? plan.model.summary.startToken
    return start < 0 ? ["<s>"] : plan.model.tokenizer.pieces([start])
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
}

// MARK: - Layers and heads

/// The layers and heads of one kind of attention that a request asks for.
private struct AttentionSelection: Sendable {
  let kind: AttentionKind
  /// The layers and heads that the model has.
  let shape: AttentionShape
  let layers: [Int]
  let heads: HeadSelection

  /// - Throws: `invalid` for a layer or head that the model does not have.
  init(kind: AttentionKind, shape: AttentionShape, layers: [Int]?, heads: HeadSelection) throws(TranslationError) {
    self.kind = kind
    self.shape = shape
    self.layers = layers ?? Array(0..<shape.layers)
    self.heads = heads
    try Self.check(self.layers, field: "layers", kind, count: shape.layers)
    if case .indices(let indices) = heads { try Self.check(indices, field: "heads", kind, count: shape.heads) }
  }

  /// The maps that the decoder captures.
  var maps: AttentionMaps {
    switch heads {
    case .all: AttentionMaps(layers: layers, heads: .each(Array(0..<shape.heads)))
    case .indices(let indices): AttentionMaps(layers: layers, heads: .each(indices))
    case .mean: AttentionMaps(layers: layers, heads: .mean)
    case .max: AttentionMaps(layers: layers, heads: .max)
    }
  }

  /// The number of weights in the answer, which is what the decoder holds.
  func count(queries: Int, keys: Int) -> Int { maps.count * queries * keys }

  /// - Parameter values: (maps, queries, keys) as captured.
  func answer(_ values: [Float], queries: Int, keys: Int) -> AttentionWeights {
    let indices = if case .each(let indices) = maps.heads { indices } else { [Int]() }
    return AttentionWeights(
      layers: layers, heads: indices, shape: [layers.count, maps.perLayer, queries, keys], values: values)
  }

  private static func check(
    _ indices: [Int], field: String, _ kind: AttentionKind, count: Int
  ) throws(TranslationError) {
    guard !indices.isEmpty else { throw .invalid(field: field, message: "found none, expected at least one") }
    guard Set(indices).count == indices.count else {
      throw .invalid(field: field, message: "found one twice, expected each once")
    }
    if let wrong = indices.first(where: { !(0..<count).contains($0) }) {
      throw .invalid(
        field: field, message: "found \(wrong), expected 0 to \(count - 1) for \(kind.rawValue) attention")
    }
  }
}
