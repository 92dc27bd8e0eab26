import Decoding
import Models
import Tokenization

/// The translation of passages by one model, in rounds of clauses.
///
/// Sentences are divided into clauses and tokenized only when their turn comes, and their clauses are released once they
/// are translated: of a long request about `maxRoundClauses` clauses are in memory at once.
struct ModelPass: Sendable {
  /// The number of clauses from which a round takes no further sentence. Enough to fill batches of like lengths for
  /// every worker; a request of fewer clauses is one round.
  static let maxRoundClauses = 4096
  /// The number for work that nobody waits for: the queue is left to others.
  private static let backgroundRoundClauses = 256

  /// The number, within its part of the request, of the first passage.
  let firstPassage: Int
  private let part: Int
  private let plan: DecodingPlan
  private let builder: ClauseBuilder
  private let checks: OutputChecks
  private let assembler: Assembler
  private let roundClauses: Int
  /// Hears the first translation of each clause as it grows; nil if nobody listens.
  private let stream: TranslationStream?
  private var passages: [PassageState]
  /// The first sentence that has not been divided into clauses: its passage's index and its own.
  private var next = (passage: 0, sentence: 0)
  /// Sentences in translation, in order.
  private var open: [SentenceTask] = []
  /// The beginning of the translation of the text that the next sentence is of.
  private var prefix = TranslationPrefix()

  /// A passage with the sentences of it that are translated.
  private struct PassageState {
    let text: SegmentedText
    /// Protected spans per sentence.
    var protectedSpans: [[Range<Int>]]
    /// The uses of terms per sentence that a first model put there; empty if there are none.
    let terms: [[TermUse]]
    var sentences: [AssembledSentence?] = []
    var unfinished: Int
    /// The sum over rounds; nil before the first.
    var timings: Timings?
    var tokens = TokenCounts()
    var translated: TranslatedText?

    mutating func add(round: [Timings]) {
      guard !round.isEmpty else { return }
      let longest = Timings(longestOf: round)
      timings = timings?.followed(by: longest) ?? longest
    }
  }

  /// - Parameters:
  ///   - part: the part of the request that the passages are of.
  ///   - firstPassage: the number of the first of `passages` within the part.
  ///   - checksOutput: whether translations are checked and repaired. They never are if the model reads single words.
  ///   - isBackground: whether nobody waits for the translations.
  init(
    _ passages: [SegmentedPassage], part: Int, firstPassage: Int, plan: DecodingPlan, checksOutput: Bool,
    isBackground: Bool = false, stream: TranslationStream? = nil
  ) {
    roundClauses = isBackground ? Self.backgroundRoundClauses : Self.maxRoundClauses
    let model = plan.model
    let isChecked = checksOutput && !model.tokenizer.readsWords
    self.part = part
    self.firstPassage = firstPassage
    var plan = plan
    plan.keepsNumbers = isChecked
    self.plan = plan
    self.stream = stream
    builder = ClauseBuilder(
      tokenizer: model.tokenizer, longest: model.maxSourceTokens, leavesOut: isChecked, language: model.pair.source)
    checks = OutputChecks(tokenizer: model.tokenizer, builder: builder, pair: model.pair, isOn: isChecked)
    assembler = Assembler(model: model, alternatives: plan.alternatives, explain: plan.explain)
    self.passages = passages.map {
      PassageState(text: $0.text, protectedSpans: $0.protectedSpans, terms: $0.terms, unfinished: $0.text.pieces.count)
    }
  }

  /// Takes the answers to the round before and starts the next.
  /// - Parameter answers: an answer to each request that the last call returned; they are taken out.
  /// - Returns: the requests of the round; none once all passages are translated.
  /// - Throws: `failed` if an answer is missing, or the error of `stopCheck`.
  mutating func advance(
    _ answers: inout ClauseAnswers, _ stopCheck: StopCheck
  ) throws(TranslationError) -> [ClauseRequest] {
    try take(&answers, stopCheck)
    return try startRound(stopCheck)
  }

  /// The translations, once `advance` has returned no requests.
  var translated: [TranslatedText] { passages.compactMap(\.translated) }

  /// The passages with the translated sentences in place of the sources, for a second pass.
  var pivotPassages: [SegmentedPassage] {
    passages.map { passage in
      let sentences = passage.translated?.sentences ?? []
      return SegmentedPassage(
        text: passage.text.replacing(sentences.map(\.target)),
        protectedSpans: sentences.map { $0.keptLinks.map(\.target).sorted { $0.lowerBound < $1.lowerBound } },
        terms: sentences.contains { !$0.terms.isEmpty } ? sentences.map(\.terms) : [])
    }
  }

  // MARK: Rounds

  private mutating func take(_ answers: inout ClauseAnswers, _ stopCheck: StopCheck) throws(TranslationError) {
    var unfinished: [SentenceTask] = []
    var timings: [Timings] = []
    for index in open.indices {
      try stopCheck()
      let passage = open[index].id.passage - firstPassage
      for answer in try open[index].take(&answers, checks) {
        timings.append(answer.timings)
        passages[passage].tokens = passages[passage].tokens + answer.tokens
      }
      if index + 1 == open.count || open[index + 1].id.passage != open[index].id.passage {
        passages[passage].add(round: timings)
        timings = []
      }
      if open[index].isTranslated { finish(open[index]) } else { unfinished.append(open[index]) }
    }
    open = unfinished
  }

  private mutating func startRound(_ stopCheck: StopCheck) throws(TranslationError) -> [ClauseRequest] {
    var requests: [ClauseRequest] = []
    for index in open.indices { open[index].ask(plan, stream, limit: roundClauses, &requests) }
    while requests.count < roundClauses, var sentence = try nextSentence(stopCheck) {
      let gaps = passages[sentence.id.passage - firstPassage].text.gaps
      stream?.open(sentence, gap: gaps.indices.contains(sentence.id.sentence) ? gaps[sentence.id.sentence] : "")
      sentence.ask(plan, stream, limit: roundClauses, &requests)
      if sentence.isTranslated { finish(sentence) } else { open.append(sentence) }
    }
    return requests
  }

  /// Divides the next sentence into clauses; nil if there is none.
  private mutating func nextSentence(_ stopCheck: StopCheck) throws(TranslationError) -> SentenceTask? {
    while next.passage < passages.count {
      let passage = next.passage
      if next.sentence == passages[passage].text.pieces.count {
        if passages[passage].unfinished == 0, passages[passage].translated == nil { assemble(passage) }
        next = (passage + 1, 0)
        continue
      }
      try stopCheck()
      let id = SentenceID(part: part, passage: firstPassage + passage, sentence: next.sentence)
      next.sentence += 1
      let source = passages[passage].text.pieces[id.sentence]
      var clauses = builder.clauses(source, protectedSpans: passages[passage].protectedSpans[id.sentence])
      let kept = passages[passage].terms.isEmpty ? [] : passages[passage].terms[id.sentence]
      plan.addTerms(to: &clauses, of: source, kept: kept)
      if id.sentence == 0, let prefix = plan.prefixes[id.passage] { self.prefix = prefix }
      if !prefix.isEmpty {
        try begin(&clauses, source, id, isLast: next.sentence == passages[passage].text.pieces.count)
      }
      return SentenceTask(id: id, source: source, clauses)
    }
    return nil
  }

  /// Begins a sentence with the prefix of its text. Sentences that the prefix has whole are not translated.
  /// - Parameter isLast: whether the sentence is the last one of its passage.
  private mutating func begin(
    _ clauses: inout [Clause], _ source: String, _ id: SentenceID, isLast: Bool
  ) throws(TranslationError) {
    guard clauses.contains(where: { $0.encoded != nil }) else {
      if prefix.first == source { _ = prefix.removeFirst() }
      return
    }
    if isLast, plan.prefixes[id.passage + 1] != nil {
      clauses.begin(with: try plan.checked(prefix.removeAll()))
      return
    }
    let (sentence, isToBeContinued) = prefix.removeFirst()
    if isToBeContinued {
      clauses.begin(with: try plan.checked(sentence))
    } else {
      clauses = [Clause(text: source, encoded: nil, protectedSpans: []).settled(Clause.Translation(text: sentence))]
    }
  }

  private mutating func finish(_ sentence: SentenceTask) {
    let (passage, index) = (sentence.id.passage - firstPassage, sentence.id.sentence)
    if passages[passage].sentences.isEmpty {
      passages[passage].sentences = Array(repeating: nil, count: passages[passage].text.pieces.count)
    }
    passages[passage].sentences[index] = assembler.sentence(sentence.source, sentence.clauses)
    passages[passage].protectedSpans[index] = []
    passages[passage].unfinished -= 1
    if passages[passage].unfinished == 0 { assemble(passage) }
  }

  private mutating func assemble(_ passage: Int) {
    let state = passages[passage]
    passages[passage].translated = assembler.text(
      state.text, state.sentences.compactMap { $0 }, timings: state.timings, tokens: state.tokens)
    passages[passage].sentences = []
    passages[passage].protectedSpans = []
  }
}

// MARK: - Sentences

/// A sentence in translation: its clauses, each waiting for its model, being translated, or translated.
struct SentenceTask: Sendable {
  let id: SentenceID
  let source: String
  private(set) var clauses: [Clause]
  private var lastNumber = 0

  init(id: SentenceID, source: String, _ clauses: [Clause]) {
    self.id = id
    self.source = source
    self.clauses = []
    self.clauses = clauses.map { numbered($0) }
  }

  var isTranslated: Bool { clauses.allSatisfy { $0.translation != nil } }

  /// Appends the requests of clauses that wait, until there are `limit` requests.
  mutating func ask(
    _ plan: DecodingPlan, _ stream: TranslationStream?, limit: Int = .max, _ requests: inout [ClauseRequest]
  ) {
    for index in clauses.indices where requests.count < limit {
      guard case .waiting(let rejection) = clauses[index].state, let encoded = clauses[index].encoded else { continue }
      let isFirst =
        rejection == nil && !clauses[index].isPiece && clauses[index].reading?.spans.isEmpty ?? true
        && clauses[index].terms.allSatisfy { $0.written.allSatisfy(\.isExact) }
      let id = ClauseID(sentence: id, number: clauses[index].number)
      var request = plan.request(clauses[index], encoded, id: id, stream: isFirst ? stream : nil)
      if isFirst { request.newBytes = clauses[index].text.utf8.count }
      requests.append(request)
      clauses[index].state = .asked(rejection)
    }
  }

  /// Takes the answers of the clauses that were asked for, and reviews them.
  /// - Returns: the answers.
  /// - Throws: `failed` if a clause has no answer.
  mutating func take(
    _ answers: inout ClauseAnswers, _ checks: OutputChecks
  ) throws(TranslationError) -> [ClauseAnswer] {
    var taken: [ClauseAnswer] = []
    var reviewed: [Clause] = []
    reviewed.reserveCapacity(clauses.count)
    for clause in clauses {
      guard case .asked = clause.state else {
        reviewed.append(clause)
        continue
      }
      let answer = try answers.take(ClauseID(sentence: id, number: clause.number))
      taken.append(answer)
      reviewed += checks.review(clause, answer).map { $0.number == 0 ? numbered($0) : $0 }
    }
    clauses = reviewed
    return taken
  }

  private mutating func numbered(_ clause: Clause) -> Clause {
    var clause = clause
    lastNumber += 1
    clause.number = lastNumber
    return clause
  }
}

// MARK: - Decoding options

/// The way in which a model decodes the clauses of a request.
struct DecodingPlan: Sendable {
  /// The least number of hypotheses of a clause that is translated again.
  private static let retryBeam = 4
  /// The length of runs of tokens that appear at most once in a clause that is translated again after a loop.
  private static let retryUniqueRun = 3
  /// The most hypotheses of a clause whose terms can be anywhere.
  private static let widestTermBeam = 12

  let model: LoadedModel
  /// Hypotheses per clause beyond the best.
  let alternatives: Int
  let explain: Set<Explanation>
  private let modelIndex: Int
  private var options: DecodingOptions
  /// The beginnings of translations, by the number within its part of each text's first passage.
  private(set) var prefixes: [Int: TranslationPrefix] = [:]
  /// The glossaries of the pair, those that go first before others.
  var glossaries: [Glossary] = []
  /// The language of the terms: the last one of a pivot.
  var termLanguage = ""
  /// Whether a translation must have the numbers of its source.
  var keepsNumbers = false
  /// The tokens of the request's terms.
  private let spelling: TermSpelling

  /// - Parameters:
  ///   - modelIndex: the model's index in the catalog.
  ///   - beam: hypotheses per decoding step; nil takes the model's own.
  init(_ model: LoadedModel, modelIndex: Int, beam: Int?, alternatives: Int = 0, explain: Set<Explanation> = []) {
    var options = model.options
    options.beam = max(beam ?? options.beam, alternatives + 1)
    options.hypotheses = alternatives + 1
    options.logProbs = explain.contains(.scores)
    self.model = model
    self.modelIndex = modelIndex
    self.options = options
    self.alternatives = alternatives
    self.explain = explain
    spelling = TermSpelling(
      tokenizer: model.tokenizer, lead: model.leadTokens, joints: TermJoints(of: model.pair.target))
  }

  /// Follows the wishes of a request.
  mutating func follow(_ controls: SearchControls, prefixes: [Int: TranslationPrefix]) {
    controls.apply(to: &options, of: model)
    self.prefixes = prefixes
  }

  /// The request that translates a clause.
  ///
  /// An alignment is computed for clauses with protected spans or numbers too: if the model breaks one, the alignment tells
  /// which part of the translation is to be replaced.
  func request(_ clause: Clause, _ encoded: EncodedText, id: ClauseID, stream: TranslationStream?) -> ClauseRequest {
    var options = options
    options.maxLength = model.targetLimit.tokens(sourceTokens: encoded.ids.count, ceiling: options.maxLength)
    options.tellsTokens = stream != nil
    if !clause.prefix.isEmpty { begin(&options, with: clause.prefix) }
    if let rejection = clause.rejection { applyRetryRules(&options, rejection.reason) }
    if clause.attempt > 1 {
      options.beam = max(options.beam, Self.retryBeam)
      options.hypotheses = max(options.hypotheses, Self.retryBeam)
    }
    options.terms = termPlan(clause, encoded)
    if let terms = options.terms, terms.isAnywhere {
      options.beam = max(options.beam, min(Self.widestTermBeam, 2 * (terms.terms.count + 1)))
    }
    let isAligned =
      explain.contains(.alignment) || (clause.mayBreak && model.summary.attention[.cross] != nil)
    if isAligned { options.capture = model.alignment(Alignment.candidates(encoded, in: clause.text)) }
    if isAligned, keepsNumbers, options.terms == nil {
      let known = clause.protectedSpans + (clause.reading?.spans ?? [])
      options.numbers = CopiedNumber.plan(
        clause, encoded, outside: known, model.pair, spelling, model.tokenTexts)
    }
    return ClauseRequest(
      id: id, model: modelIndex, decoders: model.decoders, lease: model.lease,
      decoding: DecodingRequest(source: encoded.ids, options: options), stream: stream)
  }

  /// The request that decodes a given target and captures attention.
  func request(
    _ encoded: EncodedText, target: [Int32], capture: [AttentionKind: AttentionMaps], id: ClauseID
  ) -> ClauseRequest {
    var options = options
    options.capture = .weights(capture)
    options.logProbs = false
    options.hypotheses = 1
    options.forcedTarget = target
    options.beam = 1
    return ClauseRequest(
      id: id, model: modelIndex, decoders: model.decoders, lease: model.lease,
      decoding: DecodingRequest(source: encoded.ids, options: options))
  }

  /// Gives the clauses of a sentence the terms of the glossaries, and those that a first model put into it.
  func addTerms(to clauses: inout [Clause], of sentence: String, kept: [TermUse]) {
    for glossary in glossaries { addTerms(of: glossary, to: &clauses, of: sentence) }
    if !kept.isEmpty {
      let source = ByteText(sentence)
      clauses.share(
        kept.compactMap { use in
          use.translated.map { ClauseTerm(Term(source: use.source, target: use.target), kept: $0, as: source[$0]) }
        }, of: sentence)
    }
    for index in clauses.indices where !clauses[index].terms.isEmpty {
      var standIns = StandInLetters(source: clauses[index].text)
      clauses[index].terms = clauses[index].terms.map { $0.written(by: spelling, &standIns) }
    }
  }

  /// Gives clauses the terms of a glossary. They are found in the sentence, because a long word is cut between clauses.
  private func addTerms(of glossary: Glossary, to clauses: inout [Clause], of sentence: String) {
    let places = clauses.places
    let known = zip(clauses, places).flatMap { clause, place in
      let spans = clause.encoded == nil ? [0..<place.count] : clause.protectedSpans + clause.terms.map(\.span)
      return spans.filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
        .map { $0.lowerBound + place.lowerBound..<$0.upperBound + place.lowerBound }
    }
    var rest = glossary.matches(in: sentence, outside: known)[...]
    for (index, place) in places.enumerated() where !rest.isEmpty {
      rest = rest.drop { $0.range.lowerBound < place.lowerBound }
      let own = rest.prefix { $0.range.lowerBound < place.upperBound }.filter {
        $0.range.upperBound <= place.upperBound
      }
      guard !own.isEmpty else { continue }
      let text = ByteText(clauses[index].text)
      clauses[index].terms += own.map { ClauseTerm($0.moved(by: -place.lowerBound), in: text, target: termLanguage) }
      clauses[index].terms.sort { $0.span.lowerBound < $1.span.lowerBound }
    }
  }

  /// The terms of a clause as the search needs them: anywhere in the translation once they were missing from one.
  private func termPlan(_ clause: Clause, _ encoded: EncodedText) -> TermPlan? {
    guard !clause.terms.isEmpty else { return nil }
    let constraints = clause.terms.lazy.compactMap { $0.constraint(encoded) }.prefix(TermPlan.maxTerms)
    guard !constraints.isEmpty else { return nil }
    var plan = TermPlan(Array(constraints), texts: model.tokenTexts)
    plan.isAnywhere = model.summary.attention[.cross] == nil || clause.hasTermsAnywhere
    return plan
  }

  /// The beginning of a sentence's translation, once it is known to fit.
  func checked(_ prefix: String) throws(TranslationError) -> String {
    let (found, most) = (tokens(of: prefix).count, options.maxLength - model.leadTokens - 1)
    guard found <= most else {
      throw .invalid(field: "prefix", message: "found a sentence of \(found) tokens, expected at most \(most)")
    }
    return prefix
  }

  private func tokens(of prefix: String) -> [Int32] {
    Array(model.tokenizer.encodeTarget(prefix).ids.dropFirst(model.leadTokens).dropLast())
  }

  /// Has a translation begin with a text. The limit of tokens counts from the end of the text on.
  private func begin(_ options: inout DecodingOptions, with prefix: String) {
    options.prefix = tokens(of: prefix)
    options.maxLength = min(options.maxLength + options.prefix.count, self.options.maxLength)
  }

  private func applyRetryRules(_ options: inout DecodingOptions, _ reason: Repair.Kind) {
    if reason == .term { return }
    options.beam = max(options.beam, Self.retryBeam)
    if reason == .repetition {
      options.uniqueRun = options.uniqueRun == 0 ? Self.retryUniqueRun : min(options.uniqueRun, Self.retryUniqueRun)
    } else {
      options.minLength = max(options.minLength, options.forcedStartToken == nil ? 2 : 3)
      let unknown = model.tokenizer.unknownToken
      if unknown != model.tokenizer.endToken { options.forbiddenTokens.append(unknown) }
    }
  }
}
