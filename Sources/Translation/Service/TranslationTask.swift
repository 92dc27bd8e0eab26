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
    let translated = parts.indices.map { parts[$0].takeJoined() }
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
  /// The number of texts, and of bytes of them, from which a group takes no more, if only texts are asked for.
  private static let groupTexts = 256
  private static let groupBytes = 1 << 16

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

  /// A model that the texts go through.
  private struct RouteStep {
    let model: LoadedModel
    /// The model's index in the catalog.
    let number: Int
    let pair: LanguagePair
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
  /// The request without its texts.
  private let request: TranslationRequest
  private let route: [RouteStep]
  private let beam: Int?
  /// The texts that no group has taken. A request that asks for more than texts is one group.
  private var rest: TextList.SubSequence
  /// The texts of the group that is translated.
  private var texts: RequestedTexts
  /// The translations of the groups before.
  private var done = FinishedTexts()
  private let splitter: SentenceSplitter
  private var chain: ModelChain?
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
    self.request = request
    route = []
    beam = nil
    rest = TextList([])[...]
    texts = RequestedTexts()
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
    let legs = try models.catalog.route(source: request.source ?? "", target: request.target, id: request.model)
    let loaded = try models.loaded(legs)
    route = zip(legs, loaded).map { RouteStep(model: $1, number: $0.number, pair: $0.pair) }
    beam = request.beam ?? models.beam
    let isGrouped = request.isTextOnly && request.listener == nil
    var own = request
    own.texts = []
    self.request = own
    self.number = number
    rest = request.texts[...]
    let texts = RequestedTexts(own.with(isGrouped ? Self.takeGroup(&rest) : Self.takeAll(&rest)))
    self.texts = texts
    splitter = SentenceSplitter(language: request.source, request.splitting)
    checksOutput = models.checksOutput
    isBackground = request.terms.isBackground
    bytes = request.progress == nil ? 0 : route.count * Self.bytes(own, texts, rest)
    let asked = texts.asked(own, of: loaded)
    let chain = try Self.chain(asked, texts, route, beam: beam)
    self.chain = chain
    stream = request.listener.map {
      TranslationStream(
        owners: asked.owners, tokenizer: (chain.second ?? chain.first).model.tokenizer, listener: $0)
    }
  }

  // MARK: Groups

  private static func takeAll(_ rest: inout TextList.SubSequence) -> [String] {
    defer { rest = TextList([])[...] }
    return Array(rest)
  }

  /// Takes the texts of the next group: at least one if there are any.
  private static func takeGroup(_ rest: inout TextList.SubSequence) -> [String] {
    var bytes = 0
    var count = 0
    for text in rest where count < groupTexts && bytes < groupBytes {
      count += 1
      bytes += text.utf8.count
    }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  /// The bytes of all passages, also of those of further groups.
  private static func bytes(
    _ request: TranslationRequest, _ first: RequestedTexts, _ rest: TextList.SubSequence
  ) -> Int {
    var rest = rest
    var bytes = first.bytes
    while !rest.isEmpty { bytes += RequestedTexts(request.with(takeGroup(&rest))).bytes }
    return bytes
  }

  /// The way of a group's texts through the models.
  /// - Parameter asked: the request to the models.
  private static func chain(
    _ asked: TranslationRequest, _ texts: RequestedTexts, _ route: [RouteStep], beam: Int?
  ) throws(TranslationError) -> ModelChain {
    var plans: [DecodingPlan] = []
    for (step, leg) in route.enumerated() {
      try leg.model.checkAlignment(asked.explain)
      let isLast = step + 1 == route.count
      var plan = DecodingPlan(
        leg.model, modelIndex: leg.number, beam: beam, alternatives: isLast ? asked.alternatives : 0,
        explain: asked.explain)
      if step == 0 {
        let target = route[route.count - 1].pair.target
        plan.glossaries = asked.glossaries.glossaries(from: leg.pair.source, to: target)
        plan.termLanguage = target
      }
      if isLast { plan.follow(asked.controls, prefixes: texts.prefixes(asked)) }
      plans.append(plan)
    }
    return ModelChain(
      first: plans[0], second: plans.count > 1 ? plans[1] : nil,
      pivot: plans.count > 1 ? plans[0].model.pair.target : "")
  }

  /// Keeps the texts of the group, without its sentences.
  private mutating func endGroup() {
    done.append(texts.joined(translated))
    (translated, nextPassage) = ([], 0)
    texts = RequestedTexts(request)
  }

  private mutating func startGroup() throws(TranslationError) {
    endGroup()
    texts = RequestedTexts(request.with(Self.takeGroup(&rest)))
    chain = try Self.chain(texts.asked(request, of: route.map(\.model)), texts, route, beam: beam)
  }

  /// Takes the answer out, once `advance` has returned no requests.
  mutating func takeJoined() -> [TranslatedText] {
    guard request.isTextOnly, chain != nil else { return texts.joined(translated) }
    defer { done = FinishedTexts() }
    return done.texts
  }

  /// - Returns: requests for the workers; none once all texts are translated.
  mutating func advance(
    _ answers: inout ClauseAnswers, _ stopCheck: StopCheck
  ) throws(TranslationError) -> [ClauseRequest] {
    while true {
      guard let chain else { return [] }
      // The pass is taken out of `state`, or its arrays would be copied when they change.
      let current = state
      state = .idle
      switch current {
      case .idle:
        if nextPassage < texts.passages.count {
          try startSlice(chain, stopCheck)
        } else {
          guard !rest.isEmpty else {
            if request.isTextOnly { endGroup() }
            return []
          }
          try startGroup()
        }
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

extension TranslationRequest {
  /// Returns the request for other texts.
  fileprivate func with(_ texts: [String]) -> TranslationRequest {
    var request = self
    request.texts = TextList(texts)
    return request
  }
}
