import Support
import Testing
import Translation

/// Scores of given translations, through queue and workers.
struct ScoreTests {
  private static let pair = LanguagePair(source: "en", target: "fr")

  private func service(_ directory: String, workers: Int = 1) throws -> TranslationService {
    try TranslationService(
      configuration: ServiceConfiguration(modelDirectories: [], workers: workers),
      models: [LoadedModel(directory: directory, pair: Self.pair)])
  }

  /// Fixtures whose text comes out of their tokenizer as the tokens of their answers.
  @Test(arguments: ["marian-int16", "t5-gated", "opennmt-relative", "bart-float16"])
  func scoresAreThoseOfCTranslate2(name: String) throws {
    let fixture = CTranslate2Fixture(name)
    let expected = try fixture.expected()
    let pairs = zip(expected.sources, expected.targets).map {
      ScoredPair(text: $0.joined(separator: " "), translation: $1.joined(separator: " "))
    }
    let scores = try service(fixture.directory).scored(pairs).get()
    #expect(scores.count == pairs.count)
    for (score, logProbs) in zip(scores, expected.float32.logProbs) {
      let difference = zip(score.logProbs, logProbs).map { abs($0 - $1) }.max() ?? 1
      #expect(score.logProbs.count == logProbs.count)
      #expect(difference < 1e-4)
      #expect(abs(score.logProb - logProbs.reduce(0, +)) < 1e-3)
      #expect(abs(score.perToken * Float(logProbs.count) - score.logProb) < 1e-4)
    }
  }

  @Test func pairsOfABatchScoreAsAlone() throws {
    let fixture = CTranslate2Fixture("marian-int16")
    let expected = try fixture.expected()
    let pairs = zip(expected.sources, expected.targets).map {
      ScoredPair(text: $0.joined(separator: " "), translation: $1.joined(separator: " "))
    }
    let service = try service(fixture.directory, workers: 2)
    let together = try service.scored(pairs + pairs.reversed()).get().map(\.logProbs)
    let alone = try pairs.map { try service.scored([$0]).get()[0].logProbs }
    #expect(together == alone + alone.reversed())
  }

  @Test func coverageIsTheShareOfTheSourceThatIsAttendedTo() throws {
    let fixture = CTranslate2Fixture("marian-int16")
    let expected = try fixture.expected()
    let (source, target) = (expected.sources[0].joined(separator: " "), expected.targets[0].joined(separator: " "))
    let long = ScoredPair(text: source, translation: target + " " + target)
    let scores = try service(fixture.directory).scored([ScoredPair(text: source, translation: target), long]).get()
    let (one, two) = (try #require(scores[0].coverage), try #require(scores[1].coverage))
    #expect(one > 0 && one <= 1)
    #expect(two >= one && two <= 1)
  }

  @Test func modelWithoutAttentionHasNoCoverage() throws {
    let service = try TestService(attention: [:]).service
    #expect(try service.scored([ScoredPair(text: "a", translation: "b")]).get()[0].coverage == nil)
  }

  @Test func pairsThatCannotBeScoredAreRefused() throws {
    let service = try TestService(positions: 8).service
    func error(_ text: String, _ translation: String) -> TranslationError? {
      guard case .failure(let error) = service.scored([ScoredPair(text: text, translation: translation)]) else {
        return nil
      }
      return error
    }
    let long = String(repeating: "a", count: 9)
    let message = "found 10 tokens at index 0, expected at most the model's 8 positions"
    #expect(error(long, "b") == .invalid(field: "q", message: message))
    #expect(error("b", long) == .invalid(field: "translation", message: message))
    let empty = "found no text at index 0 that the model has tokens for"
    #expect(error("b", "") == .invalid(field: "translation", message: empty))
  }

  @Test func pairThroughALanguageBetweenHasNoScore() throws {
    let service = try TestService(pairs: [
      ("pt-en", LanguagePair(source: "pt", target: "en")), ("en-fr", LanguagePair(source: "en", target: "fr")),
    ]).service
    let outcome = service.scored([ScoredPair(text: "a", translation: "b")], from: "pt", to: "fr")
    guard case .failure(.noDirectModel) = outcome else {
      Issue.record("found \(outcome)")
      return
    }
  }
}
