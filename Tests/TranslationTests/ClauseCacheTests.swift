import Decoding
import Foundation
import Models
import Support
import Synchronization
import Testing

@testable import Translation

/// Answers with a cache beside answers without one: they must not differ in a bit.
@Suite(.timeLimit(.minutes(10))) struct ClauseCacheTests {
  private static let captions = Result {
    try LoadedModel(directory: MarianFixture.root + "/../../models/zoo/en-fr-captions")
  }

  private static func service(_ cache: ClauseCache?) throws -> TranslationService {
    var configuration = ServiceConfiguration(modelDirectories: [], workers: 2)
    configuration.cache = cache
    return try TranslationService(configuration: configuration, models: [captions.get()])
  }

  private static let text = """
    A dog runs in the snow. Two men are talking!  A man with the number 3456 on his shirt runs.

    A DOG RUNS. Write to someone@example.org, and see {name}. A dog runs in the snow. ☃☃ 12
    """

  private static func request(_ texts: [String], _ change: (inout TranslationRequest) -> Void = { _ in })
    -> TranslationRequest
  {
    var request = TranslationRequest(texts: texts, source: "en", target: "fr")
    change(&request)
    return request
  }

  /// Requests of all kinds by name.
  private static let requests: [(name: String, request: TranslationRequest)] = [
    ("text", request([text])),
    ("texts", request(["A dog.", "", "A dog.", "Two dogs run.", "A dog. Two dogs run."])),
    ("greedy", request([text]) { $0.beam = 1 }),
    ("details", request([text]) { $0.explain = Set(Explanation.allCases) }),
    ("alternatives", request(["A dog runs.", "Two men."]) { $0.alternatives = 3 }),
    ("alignment", request([text]) { $0.explain = [.alignment] }),
    (
      "HTML",
      request(["<p>A <b>red</b> dog runs.<br>Two <a href='/men' title='A dog.'>men</a> are talking!</p><p>A dog.</p>"])
      {
        $0.format = .html
        $0.translatesAttributes = true
      }
    ),
    ("joined lines", request([text]) { $0.splitting = .sentences }),
    ("prefix", request(["A dog runs."]) { $0.controls.prefixes = ["Le"] }),
    ("suppressed", request([text]) { $0.controls.suppressed = ["chien", "Un"] }),
    (
      "repetition",
      request([text]) {
        $0.controls.repetitionPenalty = 1.5
        $0.controls.noRepeatNgramSize = 2
      }
    ),
    ("sampled", request([text]) { $0.controls.sampling = Sampling(topK: 20, temperature: 1.5, seed: 7) }),
    (
      "terms",
      request([text]) {
        let pair = LanguagePair(source: "en", target: "fr")
        $0.glossaries = RequestGlossaries([Glossary([Term(source: "dog", target: "canidé")], pair: pair)])
        $0.explain = [.tokens]
      }
    ),
  ]

  /// An answer in every detail except for its times.
  private static func described(_ texts: [TranslatedText]) -> [String] {
    texts.map { text in
      var text = text
      text.timings = Timings(queueMilliseconds: 0, encodeMilliseconds: 0, decodeMilliseconds: 0, batchSize: 0)
      return "\(text)"
    }
  }

  private static func answer(_ request: TranslationRequest, of service: TranslationService) throws -> [String] {
    let outcome = Outcome<[TranslatedText]>()
    service.translate(request, completion: outcome.receive)
    return described(try outcome.wait(seconds: 60).get())
  }

  @Test func answersAreTheSameWithAndWithoutACache() throws {
    let cache = ClauseCache(capacityBytes: 16 << 20)
    let (plain, cached) = (try Self.service(nil), try Self.service(cache))
    for (name, request) in Self.requests {
      let expected = try Self.answer(request, of: plain)
      #expect(try Self.answer(request, of: cached) == expected, "\(name), the first time")
      let before = cache.use
      #expect(try Self.answer(request, of: cached) == expected, "\(name), the second time")
      #expect(cache.use.misses == before.misses && cache.use.hits > before.hits, "\(name), nothing is decoded again")
    }
    for (name, request) in Self.requests.reversed() {
      #expect(try Self.answer(request, of: cached) == Self.answer(request, of: plain), "\(name), after all others")
    }
  }

  @Test func pivotsAreTheSame() throws {
    let pairs = [
      (id: "fr-en", pair: LanguagePair(source: "fr", target: "en")),
      (id: "en-de", pair: LanguagePair(source: "en", target: "de")),
    ]
    let cache = ClauseCache(capacityBytes: 1 << 20)
    let (plain, cached) = (
      try TestService(pairs: pairs), try TestService(pairs: pairs, configure: { $0.cache = cache })
    )
    var request = TranslationRequest(texts: ["une ß. Deux 12?\n\ntrois {x}", "une ß."], source: "fr", target: "de")
    request.explain = [.alignment, .scores, .tokens]
    let expected = Self.described(try plain.translate(request).get())
    for _ in 0..<2 { #expect(Self.described(try cached.translate(request).get()) == expected) }
    #expect(cache.use.entries > 0 && cache.use.hits >= cache.use.misses)
  }

  @Test func streamsHaveTheSameParts() throws {
    let cache = ClauseCache(capacityBytes: 1 << 20)
    let service = try TestService(configure: { $0.cache = cache })
    func heard() throws -> [StreamedToken] {
      let tokens = Mutex<[StreamedToken]>([])
      var request = TranslationRequest(texts: ["One, two and three of them. Four?", "One"], source: "en", target: "fr")
      request.listener = { token in tokens.withLock { $0.append(token) } }
      _ = try service.translate(request).get()
      return tokens.withLock { $0 }.sorted { ($0.text, $0.sentence) < ($1.text, $1.sentence) }
    }
    let first = try heard()
    #expect(first.count > 10)
    #expect(try heard() == first)
    #expect(cache.use.hits == cache.use.misses)
  }

  @Test func attentionAndScoresAreNeverKept() throws {
    let cache = ClauseCache(capacityBytes: 1 << 20)
    let service = try TestService(configure: { $0.cache = cache })
    let request = AttentionRequest(text: "one two", source: "en", target: "fr")
    let first = try service.attention(request).get()
    #expect(try service.attention(request).get().weights.count == first.weights.count)
    // The clause itself is translated once; its weights are captured twice.
    #expect(cache.use.entries == 1)
    _ = service.service.scored([ScoredPair(text: "a", translation: "b")])
    #expect(cache.use.entries == 1)
  }

  @Test func repeatedSentenceIsDecodedOnce() throws {
    let decoded = Mutex(0)
    let cache = ClauseCache(capacityBytes: 1 << 20)
    let service = try TestService(
      configure: { $0.cache = cache }, before: { batch in decoded.withLock { $0 += batch.count } })
    let request = TranslationRequest(texts: Array(repeating: "one two", count: 50), source: "en", target: "fr")
    #expect(try service.translate(request).get().map(\.text) == Array(repeating: "ONE TWO", count: 50))
    #expect(decoded.withLock { $0 } == 1)
    #expect(cache.use.hits == 49 && cache.use.misses == 1)
  }

  @Test func replacedModelDoesNotAnswerFromTheOldOnes() throws {
    let cache = ClauseCache(capacityBytes: 1 << 20)
    let before = try TestService(configure: { $0.cache = cache }, script: { _, _ in "OLD" })
    let after = try TestService(configure: { $0.cache = cache }, script: { _, _ in "NEW" })
    for _ in 0..<2 { #expect(try before.translate("one").text == "OLD") }
    for _ in 0..<2 { #expect(try after.translate("one").text == "NEW") }
  }

  @Test func clientsCanHaveTheirOwnEntries() throws {
    for isPerClient in [false, true] {
      let cache = ClauseCache(capacityBytes: 1 << 20, isPerClient: isPerClient)
      let service = try TestService(configure: { $0.cache = cache })
      for client in ["key a", "key b", "key a"] {
        var request = TranslationRequest(texts: ["one"], source: "en", target: "fr")
        request.terms.client = client
        request.terms.isBackground = client == "key b"
        _ = try service.translate(request).get()
      }
      #expect(cache.use.hits == (isPerClient ? 1 : 2))
    }
  }

  @Test func choiceByChanceIsKeptWithAChosenSeedAlone() throws {
    for isSeeded in [false, true] {
      let cache = ClauseCache(capacityBytes: 1 << 20)
      let service = try TestService(configure: { $0.cache = cache })
      var request = TranslationRequest(texts: ["one"], source: "en", target: "fr")
      request.controls.sampling = Sampling(topK: 5, seed: 0, isSeeded: isSeeded)
      for _ in 0..<2 { _ = try service.translate(request).get() }
      #expect(
        cache.use
          == CacheUse(
            hits: isSeeded ? 1 : 0, misses: isSeeded ? 1 : 0, entries: isSeeded ? 1 : 0, bytes: cache.use.bytes))
    }
  }

  // MARK: The order of use

  private func clause(_ number: Int, length: Int = 8) -> ClauseRequest {
    var options = DecodingOptions()
    options.tellsTokens = number.isMultiple(of: 2)
    let source = [Int32(number)] + Array(repeating: 5, count: length - 1)
    return ClauseRequest(
      id: ClauseID(sentence: SentenceID(), number: 1), model: 0, decoders: Self.pool, lease: nil,
      decoding: DecodingRequest(source: source, options: options))
  }

  private static let pool = DecoderPool {
    ShoutingDecoder(shapes: [:], clock: ManualClock()) { _ in }
  }

  private func result(_ number: Int) -> DecodingResult {
    DecodingResult(hypotheses: [Hypothesis(tokens: [Int32(number)], logProbs: [], score: 0, stopReason: .eos)])
  }

  /// Compares with a list that is searched from its end.
  @Test func entryUsedLongestAgoLeavesFirst() throws {
    let probe = ClauseCache(capacityBytes: 1 << 20)
    probe.keep(result(0), of: try #require(probe.key(of: clause(0), client: "")))
    let room = 20
    let cache = ClauseCache(capacityBytes: room * probe.use.bytes)
    var list: [Int] = []
    var random = SplitMix(state: 3)
    for _ in 0..<5000 {
      let number = Int(random.next() % 40)
      let key = try #require(cache.key(of: clause(number), client: ""))
      let found = cache.result(of: key)?.hypotheses[0].tokens
      #expect(found == (list.contains(number) ? [Int32(number)] : nil))
      list.removeAll { $0 == number }
      list.append(number)
      if found == nil { cache.keep(result(number), of: key) }
      if list.count > room { list.removeFirst() }
      #expect(cache.use.entries == list.count)
      #expect(cache.use.bytes == list.count * probe.use.bytes)
    }
  }

  @Test func largeAndCancelledResultsAreNotKept() throws {
    let cache = ClauseCache(capacityBytes: 32 << 10)
    let long = try #require(cache.key(of: clause(1, length: 1000), client: ""))
    cache.keep(result(1), of: long)
    #expect(cache.result(of: long) == nil)
    var cancelled = result(2)
    cancelled.hypotheses[0].stopReason = .cancelled
    let key = try #require(cache.key(of: clause(2), client: ""))
    cache.keep(cancelled, of: key)
    #expect(cache.use.entries == 0)
    cache.keep(result(2), of: key)
    cache.keep(result(2), of: key)
    #expect(cache.use.entries == 1)
  }

  @Test func everyOptionThatChangesTheResultIsInTheKey() throws {
    let changes: [(inout DecodingOptions) -> Void] = [
      { $0.beam = 2 }, { $0.hypotheses = 2 }, { $0.lengthPenalty = 2 }, { $0.maxLength = 2 }, { $0.minLength = 2 },
      { $0.forcedLength = 2 }, { $0.forbiddenTokens = [2] }, { $0.uniqueRun = 2 }, { $0.repetitionPenalty = 2 },
      { $0.suppressed = SuppressedWords(["b"], texts: Texts()) },
      { $0.terms = TermPlan([TermConstraint(source: 0..<1, forms: [])], texts: Texts()) },
      { $0.numbers = NumberPlan([NumberConstraint(source: 0..<1, forms: [], isInDigits: true)], texts: Texts()) },
      { $0.sampling = Sampling(topK: 2, seed: 2) }, { $0.startToken = 2 }, { $0.forcedStartToken = 2 },
      { $0.prefix = [2] }, { $0.forcedEndToken = 2 },
      { $0.capture = .alignment(AlignmentCapture(layer: 1, head: nil, candidates: [2])) }, { $0.logProbs = false },
      { $0.renormalize = true }, { $0.earlyStopping = .whenFull },
    ]
    let cache = ClauseCache(capacityBytes: 1 << 20)
    var keys: Set<ClauseCache.Key> = []
    for change in [{ _ in }] + changes {
      var request = clause(1)
      change(&request.decoding.options)
      let key = try #require(cache.key(of: request, client: ""))
      #expect(keys.insert(key).inserted)
      #expect(try keys.contains(#require(cache.key(of: request, client: ""))))
    }
    // `forcedTarget` has no key, and `tellsTokens` changes no result.
    #expect(Mirror(reflecting: DecodingOptions()).children.count == changes.count + 2)
  }

  @Test func everyPartOfATermPlanIsInTheKey() throws {
    let changes: [(inout TermPlan) -> Void] = [
      { $0.terms = [TermConstraint(source: 0..<2, forms: [])] }, { $0.isAnywhere = true }, { $0.writtenBias = -1 },
    ]
    let cache = ClauseCache(capacityBytes: 1 << 20)
    var keys: Set<ClauseCache.Key> = []
    for change in [{ _ in }] + changes {
      var plan = TermPlan([TermConstraint(source: 0..<1, forms: [])], texts: Texts())
      change(&plan)
      var request = clause(1)
      request.decoding.options.terms = plan
      #expect(keys.insert(try #require(cache.key(of: request, client: ""))).inserted)
    }
    // `texts` are those of the model.
    let plan = TermPlan([], texts: Texts())
    #expect(Mirror(reflecting: plan).children.count == changes.count + 1)
  }

  private struct Texts: TokenTexts {
    func text(of token: Int32) -> String { "" }
  }
}
