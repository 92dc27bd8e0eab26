import Decoding
import Models
import Tokenization

/// The scores of given translations, as a state machine: each pair is decoded along its translation, in rounds.
///
/// A round holds a bounded number of attention weights, which become coverages when it is over.
struct ScoreTask: ServiceTask {
  /// A pair as the model reads it.
  private struct Subject {
    let encoded: EncodedText
    let target: EncodedText
    /// Indices of the source tokens that have text.
    let candidates: [Int]
    /// Whether its attention is captured.
    let isCovered: Bool

    var weights: Int { isCovered ? encoded.ids.count * target.ids.count : 0 }
  }

  private let plan: DecodingPlan
  private let maps: AttentionMaps?
  private let pairs: [ScoredPair]
  /// The pairs of the current round, by the number of its first.
  private var round: (first: Int, subjects: [Subject]) = (0, [])
  private var scores: [TranslationScore] = []

  var stream: TranslationStream? { nil }

  /// - Throws: the reason why the request cannot be served.
  init(_ request: ScoreRequest, _ serving: ServingModels) throws(TranslationError) {
    let leg = try serving.catalog.direct(source: request.source, target: request.target, id: request.model)
    let model = try serving.loaded([leg])[0]
    plan = DecodingPlan(model, modelIndex: leg.number, beam: 1, explain: [.scores])
    maps = model.alignmentMaps
    pairs = request.pairs
  }

  mutating func advance(
    _ answers: ClauseAnswers, _ stopCheck: StopCheck
  ) throws(TranslationError) -> ServiceStep<[TranslationScore]> {
    var answers = answers
    for (offset, subject) in round.subjects.enumerated() {
      scores.append(try score(subject, answers.take(id(round.first + offset))))
    }
    try answers.checkTaken()
    guard scores.count < pairs.count else { return .finished(scores) }
    return .ask(try nextRound(stopCheck))
  }

  private func id(_ pair: Int) -> ClauseID { ClauseID(sentence: SentenceID(passage: pair), number: 1) }

  // MARK: Rounds

  /// Tokenizes pairs until the round is full.
  private mutating func nextRound(_ stopCheck: StopCheck) throws(TranslationError) -> [ClauseRequest] {
    let first = scores.count
    var subjects: [Subject] = []
    var requests: [ClauseRequest] = []
    var weights = 0
    while first + subjects.count < pairs.count, subjects.count < ModelPass.maxRoundClauses {
      try stopCheck()
      let subject = try subject(first + subjects.count)
      weights += subject.weights
      if weights > RequestLimits.attentionWeights { break }
      requests.append(request(subject, id(first + subjects.count)))
      subjects.append(subject)
    }
    round = (first, subjects)
    return requests
  }

  /// - Throws: `invalid` if a side has nothing that the model has tokens for, or more tokens than it has positions for.
  private func subject(_ number: Int) throws(TranslationError) -> Subject {
    let (model, pair) = (plan.model, pairs[number])
    let (encoded, target) = (model.tokenizer.encode(pair.text), model.tokenizer.encodeTarget(pair.translation))
    for (field, side) in [("q", encoded), ("translation", target)] {
      guard side.hasText else {
        throw .invalid(field: field, message: "found no text at index \(number) that the model has tokens for")
      }
      guard side.ids.count <= model.summary.maxPositions else {
        throw .invalid(
          field: field,
          message: "found \(side.ids.count) tokens at index \(number), expected at most the model's "
            + "\(model.summary.maxPositions) positions")
      }
    }
    let isCovered = maps != nil && encoded.ids.count * target.ids.count <= RequestLimits.attentionWeights
    return Subject(
      encoded: encoded, target: target, candidates: Alignment.candidates(encoded, in: pair.text), isCovered: isCovered)
  }

  private func request(_ subject: Subject, _ id: ClauseID) -> ClauseRequest {
    var request = plan.request(subject.encoded, target: subject.target.ids, capture: [:], id: id)
    request.decoding.options.logProbs = true
    if let maps, subject.isCovered {
      request.decoding.options.capture = .weights([.cross: maps])
    } else {
      request.decoding.options.capture = .none
    }
    return request
  }

  // MARK: Scores

  /// - Throws: `failed` if the decoder gave another number of probabilities or weights than asked for.
  private func score(_ subject: Subject, _ answer: ClauseAnswer) throws(TranslationError) -> TranslationScore {
    let (model, target) = (plan.model, subject.target.ids)
    let logProbs = answer.result.hypotheses.first?.logProbs ?? []
    guard logProbs.count == target.count else {
      throw .failed("found \(logProbs.count) probabilities, expected \(target.count)")
    }
    let weights = answer.result.attention[.cross] ?? []
    guard weights.count == subject.weights else {
      throw .failed("found \(weights.count) attention weights, expected \(subject.weights)")
    }
    return TranslationScore(
      sourceTokens: subject.encoded.pieces, targetTokens: Array(subject.target.pieces.dropFirst(model.leadTokens)),
      logProbs: Array(logProbs.dropFirst(model.leadTokens)),
      coverage: subject.isCovered ? coverage(subject, weights) : nil, tokens: answer.tokens, timings: answer.timings)
  }

  /// The mean, over source tokens with text, of the attention that a token gets from all steps, at most 1 each.
  /// - Parameter weights: (T, S)
  private func coverage(_ subject: Subject, _ weights: [Float]) -> Float? {
    guard !subject.candidates.isEmpty else { return nil }
    let width = subject.encoded.ids.count
    var covered: Float = 0
    for source in subject.candidates {
      covered += min(1, stride(from: source, to: weights.count, by: width).reduce(0) { $0 + weights[$1] })
    }
    return covered / Float(subject.candidates.count)
  }
}

extension LoadedModel {
  /// One map of the attention that aligns words: that of the head that was trained to, else the mean of the last layer.
  fileprivate var alignmentMaps: AttentionMaps? {
    guard let shape = summary.attention[.cross] else { return nil }
    return AttentionMaps(
      layers: [guidedLayer ?? shape.layers - 1], heads: guidedLayer == nil ? .mean : .each([0]))
  }
}
