import Decoding
import Models
import Support
import Testing

@testable import Translation

/// The way of a request through its models, without queues and threads.
@Suite(.timeLimit(.minutes(10))) struct TranslationTaskTests {
  private typealias Step = ServiceStep<[TranslatedText]>

  private func models(_ pairs: String..., positions: Int = 200) throws -> ServingModels {
    let summary = ModelSummary(
      architecture: "none", precision: "F32", parameters: 1, bytes: 4, sourceVocabulary: 0x110100,
      targetVocabulary: 0x110100, maxPositions: positions, startToken: 1, endToken: 0, padToken: 1,
      attention: [.cross: AttentionShape(layers: 1, heads: 1)])
    let models = try pairs.map { name in
      LoadedModel(
        id: name, pair: try #require(LanguagePair(name)), tokenizer: ScalarTokenizer(), summary: summary,
        options: .init()
      ) { ShoutingDecoder(shapes: [:], clock: ManualClock(), before: { _ in }) }
    }
    return ServingModels(
      catalog: try ModelCatalog(models.map(CatalogModel.resident), usesPivots: true), beam: nil, checksOutput: true)
  }

  private func task(
    _ texts: [String], from source: String = "en", to target: String = "fr", _ pairs: ServingModels
  ) throws -> TranslationTask {
    try TranslationTask(TranslationRequest(texts: texts, source: source, target: target), pairs)
  }

  /// An answer in capitals, with a mark per translation.
  private func answer(_ request: ClauseRequest) -> ClauseAnswer {
    let text = ScalarTokenizer().decode(request.decoding.source).uppercased()
    let hypothesis = Hypothesis(
      tokens: ScalarTokenizer().encode(text).ids, logProbs: [], score: 0, stopReason: .eos)
    return ClauseAnswer(
      id: request.id, result: DecodingResult(hypotheses: [hypothesis]),
      tokens: TokenCounts(source: request.decoding.source.count, target: hypothesis.tokens.count),
      timings: Timings(longestOf: []))
  }

  private func answers(_ requests: [ClauseRequest]) throws -> ClauseAnswers {
    var answers = ClauseAnswers()
    for request in requests { try answers.add(answer(request)) }
    return answers
  }

  private func requests(_ step: Step) throws -> [ClauseRequest] {
    guard case .ask(let requests) = step else { throw TranslationError.failed("the task is finished") }
    return requests
  }

  private func texts(_ step: Step) throws -> [String] {
    guard case .finished(let texts) = step else { throw TranslationError.failed("the task asks for more") }
    return texts.map(\.text)
  }

  // MARK: Answers and their questions

  @Test func answersInAnyOrderReachTheirClauses() throws {
    var task = try task(["One. Two, ten.", "Three.", "Four. Five."], models("en-fr"))
    let asked = try requests(try task.advance(ClauseAnswers(), StopCheck()))
    #expect(Set(asked.map(\.id)).count == 5)
    let step = try task.advance(try answers(asked.shuffled()), StopCheck())
    #expect(try texts(step) == ["ONE. TWO, TEN.", "THREE.", "FOUR. FIVE."])
  }

  @Test func missingAnswerIsAnError() throws {
    var task = try task(["One. Two.", "Three."], models("en-fr"))
    let asked = try requests(try task.advance(ClauseAnswers(), StopCheck()))
    let some = try answers(Array(asked.dropFirst()))
    #expect(throws: TranslationError.self) { try task.advance(some, StopCheck()) }
  }

  @Test func strayAnswerIsAnError() throws {
    var task = try task(["One."], models("en-fr"))
    let asked = try requests(try task.advance(ClauseAnswers(), StopCheck()))
    var more = try answers(asked)
    var stray = answer(asked[0])
    stray = ClauseAnswer(
      id: ClauseID(sentence: SentenceID(passage: 7), number: 1), result: stray.result,
      tokens: stray.tokens, timings: stray.timings)
    try more.add(stray)
    #expect(throws: TranslationError.self) { try task.advance(more, StopCheck()) }
  }

  @Test func secondAnswerIsAnError() throws {
    var task = try task(["One."], models("en-fr"))
    let asked = try requests(try task.advance(ClauseAnswers(), StopCheck()))
    var twice = try answers(asked)
    #expect(throws: TranslationError.self) { try twice.add(answer(asked[0])) }
  }

  // MARK: Rounds

  @Test func longRequestIsSplitIntoRounds() throws {
    let texts = (0..<1000).map { "One \($0). Two. Three. Four. Five. Six. Seven. Eight. Nine" }
    var task = try task(texts, models("en-fr"))
    var step = try task.advance(ClauseAnswers(), StopCheck())
    var rounds = 0
    while case .ask(let asked) = step {
      rounds += 1
      #expect(asked.count < ModelPass.maxRoundClauses + 10)
      step = try task.advance(try answers(asked.shuffled()), StopCheck())
    }
    #expect(rounds == 3)
    #expect(try self.texts(step) == texts.map { $0.uppercased() })
  }

  @Test func sentenceOfManyClausesIsSplitIntoRounds() throws {
    let text = String(repeating: "one two, ", count: 5_000) + "end"
    var task = try task([text], models("en-fr", positions: 12))
    var step = try task.advance(ClauseAnswers(), StopCheck())
    var rounds = 0
    while case .ask(let asked) = step {
      rounds += 1
      #expect(asked.count <= ModelPass.maxRoundClauses)
      step = try task.advance(try answers(asked), StopCheck())
    }
    #expect(rounds == 2)
    #expect(try texts(step) == [text.uppercased()])
  }

  @Test func pivotIsTakenSliceBySlice() throws {
    let texts = (0..<5000).map { "un \($0)" }
    var task = try task(texts, from: "fr", to: "de", models("fr-en", "en-de"))
    var step = try task.advance(ClauseAnswers(), StopCheck())
    var models: [Int] = []
    while case .ask(let asked) = step {
      #expect(asked.count <= ModelPass.maxRoundClauses && Set(asked.map(\.model)).count == 1)
      models.append(asked[0].model)
      step = try task.advance(try answers(asked.shuffled()), StopCheck())
    }
    #expect(models == [0, 1, 0, 1])
    #expect(try self.texts(step) == texts.map { $0.uppercased() })
  }

  @Test func languagesAreTranslatedTogether() throws {
    let request = TranslationRequest(
      texts: ["Le chien court dans la neige.", "The dog runs in the snow.", "Der Hund läuft im Schnee."], source: nil,
      target: "de")
    var task = try TranslationTask(request, models("fr-de", "en-de"))
    let asked = try requests(try task.advance(ClauseAnswers(), StopCheck()))
    #expect(Set(asked.map(\.model)) == [0, 1])
    let step = try task.advance(try answers(asked), StopCheck())
    #expect(
      try texts(step) == ["LE CHIEN COURT DANS LA NEIGE.", "THE DOG RUNS IN THE SNOW.", "Der Hund läuft im Schnee."])
  }

  // MARK: Deadlines

  @Test func stopCheckIsAskedBetweenSentences() throws {
    let over = StopCheck { .deadlinePassed }
    var first = try task(["One. Two."], models("en-fr"))
    #expect(throws: TranslationError.deadlinePassed) { try first.advance(ClauseAnswers(), over) }
    var second = try task(["One. Two."], models("en-fr"))
    let asked = try requests(try second.advance(ClauseAnswers(), StopCheck()))
    let answers = try answers(asked)
    #expect(throws: TranslationError.deadlinePassed) { try second.advance(answers, over) }
  }

  @Test func stopCheckIsAskedWhilePivotStepsAreJoined() throws {
    var task = try task(["Un. Deux. Trois."], from: "fr", to: "de", models("fr-en", "en-de"))
    var asked = try requests(try task.advance(ClauseAnswers(), StopCheck()))
    asked = try requests(try task.advance(try answers(asked), StopCheck()))
    let answers = try answers(asked)
    // Three looks while answers are taken; the fourth is at the first sentence that is joined.
    let looks = Looks(allowed: 3)
    #expect(throws: TranslationError.cancelled) {
      try task.advance(answers, StopCheck { looks.next() ? nil : .cancelled })
    }
  }
}

/// Counts calls of a stop check.
///
/// `@unchecked Sendable`: only used on the test's thread.
private final class Looks: @unchecked Sendable {
  private var left: Int

  init(allowed: Int) { left = allowed }

  func next() -> Bool {
    left -= 1
    return left >= 0
  }
}
