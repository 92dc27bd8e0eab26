import Models

/// A question asked between sentences: whether the request is over before it is done, by its deadline or its client.
struct StopCheck: Sendable {
  private let check: @Sendable () -> TranslationError?

  /// - Parameter check: returns the reason why the request is over; nil while it is not. Must be quick.
  init(_ check: @escaping @Sendable () -> TranslationError? = { nil }) {
    self.check = check
  }

  func callAsFunction() throws(TranslationError) {
    if let error = check() { throw error }
  }
}

/// A request on its way through the service, without queues and threads.
protocol ServiceTask: Sendable {
  associatedtype Answer: Sendable

  /// The listener to the first translations as they grow; nil if nobody listens.
  var stream: TranslationStream? { get }
  /// The count of what is translated; nil if nobody asks.
  var progress: TranslationProgress? { get }

  /// Goes on as far as the answers allow.
  /// - Parameter answers: an answer to each request of the last step; none at first.
  mutating func advance(
    _ answers: ClauseAnswers, _ stopCheck: StopCheck
  ) throws(TranslationError) -> ServiceStep<Answer>
}

extension ServiceTask {
  var progress: TranslationProgress? { nil }
}

/// The outcome of a task's step.
enum ServiceStep<Answer: Sendable>: Sendable {
  /// Workers are to answer these requests, at least one.
  case ask([ClauseRequest])
  case finished(Answer)
}

/// A translation of texts, as a state machine: the texts of each language go through one model or two, in rounds of
/// clauses.
struct TranslationTask: ServiceTask {
  private let texts: TextsByLanguage?
  private var parts: [TaskPart]
  let progress: TranslationProgress?

  /// - Throws: the reason why the request cannot be served.
  init(_ request: TranslationRequest, _ models: ServingModels) throws(TranslationError) {
    if let source = request.source {
      texts = nil
      let isTranslated = models.catalog.pairs.keepsTexts(from: source, to: request.target)
      parts = [isTranslated ? TaskPart(unchanged: request) : try TaskPart(request, number: 0, models)]
      progress = TranslationProgress(of: parts.map(\.bytes), request.progress)
      return
    }
    let texts = try TextsByLanguage(request, try AutomaticSource(request, models.catalog))
    var parts: [TaskPart] = []
    for (number, part) in texts.requests.enumerated() {
      parts.append(texts.areUnchanged[number] ? TaskPart(unchanged: part) : try TaskPart(part, number: number, models))
    }
    self.texts = texts
    self.parts = parts
    progress = TranslationProgress(of: parts.map(\.bytes), request.progress)
  }

  var stream: TranslationStream? { parts.lazy.compactMap(\.stream).first }

  mutating func advance(
    _ answers: ClauseAnswers, _ stopCheck: StopCheck
  ) throws(TranslationError) -> ServiceStep<[TranslatedText]> {
    var answers = answers
    var requests: [ClauseRequest] = []
    for index in parts.indices { requests += try parts[index].advance(&answers, stopCheck) }
    try answers.checkTaken()
    guard requests.isEmpty else { return .ask(requests) }
    try stopCheck()
    let translated = parts.map(\.joined)
    return .finished(texts.map { $0.joined(translated) } ?? translated[0])
  }
}

// MARK: - Texts of one language

/// The texts of a request that are in one language, on their way through one model or two.
private struct TaskPart: Sendable {
  /// The number of passages, and of bytes of them, from which a slice takes no more. A long request is split into
  /// sentences slice by slice.
  private static let slicePassages = 4096
  private static let sliceBytes = 1 << 20

  private enum State {
    /// No slice is in translation.
    case idle
    /// A slice is in translation by the only model.
    case direct(ModelPass)
    /// A slice is in translation by the first of two models.
    case toPivot(ModelPass)
    /// A slice is in translation by the second of two models.
    case fromPivot(ModelPass, first: [TranslatedText])
  }

  /// The models that the texts go through.
  private struct ModelChain {
    let first: DecodingPlan
    let second: DecodingPlan?
    /// The language between the two models; empty if there is one model.
    let pivot: String
  }

  let stream: TranslationStream?
  private let number: Int
  private let texts: RequestedTexts
  private let splitter: SentenceSplitter
  private let chain: ModelChain?
  private let checksOutput: Bool
  private let isBackground: Bool
  /// Bytes that models are to read, as far as they are known before: those of all passages, by each model.
  let bytes: Int
  private var state = State.idle
  /// The first passage that no slice has taken.
  private var nextPassage = 0
  private var translated: [TranslatedText] = []

  /// Texts that stay as they are.
  init(unchanged request: TranslationRequest) {
    stream = nil
    number = 0
    texts = RequestedTexts(unchanged: request.texts)
    splitter = SentenceSplitter()
    chain = nil
    checksOutput = false
    isBackground = false
    bytes = 0
    translated = request.texts.map(TranslatedText.init(unchanged:))
  }

  /// - Parameter request: names its source.
  /// - Throws: the reason why it cannot be served.
  init(_ request: TranslationRequest, number: Int, _ models: ServingModels) throws(TranslationError) {
    let texts = RequestedTexts(request)
    let legs = try models.catalog.route(source: request.source ?? "", target: request.target, id: request.model)
    let loaded = try models.loaded(legs)
    let asked = texts.asked(request, of: loaded)
    var plans: [DecodingPlan] = []
    for (step, (leg, model)) in zip(legs, loaded).enumerated() {
      try model.checkAlignment(asked.explain)
      let isLast = step + 1 == legs.count
      var plan = DecodingPlan(
        model, modelIndex: leg.number, beam: asked.beam ?? models.beam, alternatives: isLast ? asked.alternatives : 0,
        explain: asked.explain)
      if step == 0 {
        plan.glossaries = request.glossaries.glossaries(from: legs[0].pair.source, to: legs[legs.count - 1].pair.target)
        plan.termLanguage = legs[legs.count - 1].pair.target
      }
      if isLast { plan.follow(request.controls, prefixes: texts.prefixes(request)) }
      plans.append(plan)
    }
    chain = ModelChain(
      first: plans[0], second: plans.count > 1 ? plans[1] : nil,
      pivot: plans.count > 1 ? plans[0].model.pair.target : "")
    stream = request.listener.map {
      TranslationStream(owners: asked.owners, tokenizer: plans[plans.count - 1].model.tokenizer, listener: $0)
    }
    self.number = number
    self.texts = texts
    splitter = SentenceSplitter(language: request.source, request.splitting)
    checksOutput = models.checksOutput
    isBackground = request.terms.isBackground
    bytes = request.progress == nil ? 0 : plans.count * texts.passages.reduce(0) { $0 + $1.text.utf8.count }
  }

  /// The answer, once `advance` has returned no requests.
  var joined: [TranslatedText] { texts.joined(translated) }

  /// - Returns: requests for the workers; none once all texts are translated.
  mutating func advance(
    _ answers: inout ClauseAnswers, _ stopCheck: StopCheck
  ) throws(TranslationError) -> [ClauseRequest] {
    guard let chain else { return [] }
    while true {
      // The pass is taken out of `state`, or its arrays would be copied when they change.
      let current = state
      state = .idle
      switch current {
      case .idle:
        guard nextPassage < texts.passages.count else { return [] }
        try startSlice(chain, stopCheck)
      case .direct(var pass):
        let requests = try pass.advance(&answers, stopCheck)
        if requests.isEmpty {
          translated += pass.translated
        } else {
          state = .direct(pass)
          return requests
        }
      case .toPivot(var pass):
        let requests = try pass.advance(&answers, stopCheck)
        if requests.isEmpty, let second = chain.second {
          state = .fromPivot(
            self.pass(pass.pivotPassages, second, firstPassage: pass.firstPassage, stream), first: pass.translated)
        } else {
          state = .toPivot(pass)
          return requests
        }
      case .fromPivot(var pass, let first):
        let requests = try pass.advance(&answers, stopCheck)
        if requests.isEmpty {
          try join(first, pass.translated, chain.pivot, stopCheck)
        } else {
          state = .fromPivot(pass, first: first)
          return requests
        }
      }
    }
  }

  private mutating func startSlice(_ chain: ModelChain, _ stopCheck: StopCheck) throws(TranslationError) {
    let first = nextPassage
    var bytes = 0
    var passages: [SegmentedPassage] = []
    while nextPassage < texts.passages.count, passages.count < Self.slicePassages, bytes < Self.sliceBytes {
      try stopCheck()
      let passage = texts.passages[nextPassage]
      passages.append(splitter.split(passage.protectingMarkup(except: chain.first.glossaries)))
      bytes += passage.text.utf8.count
      nextPassage += 1
    }
    state =
      chain.second == nil
      ? .direct(pass(passages, chain.first, firstPassage: first, stream))
      : .toPivot(pass(passages, chain.first, firstPassage: first, nil))
  }

  private func pass(
    _ passages: [SegmentedPassage], _ plan: DecodingPlan, firstPassage: Int, _ stream: TranslationStream?
  ) -> ModelPass {
    ModelPass(
      passages, part: number, firstPassage: firstPassage, plan: plan, checksOutput: checksOutput,
      isBackground: isBackground, stream: stream)
  }

  private mutating func join(
    _ first: [TranslatedText], _ second: [TranslatedText], _ pivot: String, _ stopCheck: StopCheck
  ) throws(TranslationError) {
    guard first.count == second.count else {
      throw .failed("found \(second.count) texts in the second step, expected \(first.count)")
    }
    for (first, second) in zip(first, second) {
      translated.append(try first.followed(by: second, pivot: pivot, stopCheck))
    }
  }
}

extension LoadedModel {
  fileprivate func checkAlignment(_ explain: Set<Explanation>) throws(TranslationError) {
    if explain.contains(.alignment), summary.attention[.cross] == nil {
      throw .noAttention(architecture: summary.architecture, kind: AttentionKind.cross.rawValue)
    }
  }
}
