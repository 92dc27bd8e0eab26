import Decoding
import Foundation
import Models
import Support
import Testing

@testable import Translation

/// Pairs without a model of their own.
@Suite(.timeLimit(.minutes(10))) struct PivotTests {
  private func pair(_ text: String) throws -> LanguagePair { try #require(LanguagePair(text)) }

  private func service(
    _ pairs: String..., positions: Int = 200, pivots: Bool = true,
    before: @escaping @Sendable ([DecodingRequest]) -> Void = { _ in }
  ) throws -> TestService {
    try TestService(
      pairs: try pairs.map { ($0, try pair($0)) }, positions: positions,
      configure: { $0.usesPivots = pivots }, before: before)
  }

  private func request(
    _ text: String, _ source: String, _ target: String, alternatives: Int = 0, explain: Set<Explanation> = []
  ) -> TranslationRequest {
    TranslationRequest(texts: [text], source: source, target: target, alternatives: alternatives, explain: explain)
  }

  @Test func pivotPairsAreServed() throws {
    let service = try service("fr-en", "en-de").service
    #expect(try Array(service.pairs) == [pair("fr-en"), pair("en-de"), pair("fr-de")])
    let none = try self.service("fr-en", "en-de", pivots: false).service
    #expect(try Array(none.pairs) == [pair("fr-en"), pair("en-de")])
    #expect(try self.service("fr-en", "en-fr").service.pairs.map(\.self).count == 2, "no language into itself")
    #expect(
      try self.service("it-fr", "fr-en", "en-de").service.pairs.map(\.self).count == 5, "one language between at most")
  }

  @Test func sentencesGoThroughThePivot() throws {
    let batches = Outcome<Int>()
    let service = try service("fr-en", "en-de", before: { batches.receive(.success($0.count)) })
    let translated = try service.translate(request("  une ß.  Deux?\n\n\ttrois \n", "fr", "de")).get()[0]
    #expect(translated.text == "  UNE SS.  DEUX?\n\n\tTROIS \n")
    #expect(translated.pivot == "en")
    #expect(translated.sentences.map(\.source) == ["une ß.", "Deux?", "trois"])
    #expect(translated.sentences.map(\.target) == ["UNE SS.", "DEUX?", "TROIS"])
    #expect(batches.count >= 2)
    #expect(translated.timings.decodeMilliseconds >= 4, "both steps count")
  }

  @Test func directModelTakesPrecedence() throws {
    let service = try service("fr-en", "en-de", "fr-de")
    #expect(try service.translate(request("un", "fr", "de")).get()[0].pivot == nil)
  }

  @Test func englishIsThePreferredPivot() throws {
    let service = try service("fr-es", "es-de", "fr-en", "en-de")
    #expect(try service.translate(request("un", "fr", "de")).get()[0].pivot == "en")
    let other = try self.service("fr-es", "es-de", "fr-it", "it-de")
    #expect(try other.translate(request("un", "fr", "de")).get()[0].pivot == "es")
  }

  @Test func detailsJoinBothSteps() throws {
    let service = try service("fr-en", "en-de")
    let translated = try service.translate(
      request("aß b", "fr", "de", alternatives: 1, explain: [.tokens, .alignment, .scores])
    ).get()[0]
    let sentence = try #require(translated.sentences.first)
    #expect(translated.alternatives == ["ASS B2"])
    #expect(translated.alternativeScores.count == 1)
    #expect(sentence.sourceTokens == ["a", "ß", " ", "b", "</s>"])
    #expect(sentence.targetTokens == ["A", "S", "S", " ", "B", "</s>"])
    #expect(sentence.logProbs.count == 6)
    #expect(sentence.score == -3)
    #expect(sentence.pivot == PivotSentence(text: "ASS B", score: -3))
    for link in sentence.alignment {
      #expect(link.source.upperBound <= 5 && link.target.upperBound <= 5 && !link.source.isEmpty)
    }
    #expect(sentence.alignment.first == AlignmentLink(source: 0..<1, target: 0..<1))
  }

  @Test func truncationInTheFirstStepIsReported() throws {
    let service = try service("fr-en", "en-de", positions: 12)
    let translated = try service.translate(request("one, two, three; four. Five", "fr", "de")).get()[0]
    #expect(translated.sentences.map(\.truncated) == [true, false])
    let long = try self.service("fr-en", "en-de", positions: 11).translate(request("abcdefghß.", "fr", "de"))
    #expect(try long.get()[0].sentences.map(\.stopReason) == [.length])
  }

  @Test func attentionOfAPivotPairNamesThePairs() throws {
    let result = try service("fr-en", "en-de").attention(AttentionRequest(text: "un", source: "fr", target: "de"))
    guard case .failure(.noDirectModel("fr", "de", "en")) = result else {
      Issue.record("attention of a pair without a model was not refused by name")
      return
    }
  }

  @Test func namedModelServesItsOwnPairOnly() throws {
    let service = try service("fr-en", "en-de")
    let asked = TranslationRequest(texts: ["un"], source: "fr", target: "de", model: "fr-en")
    guard case .failure(.pairNotServed) = service.translate(asked) else {
      Issue.record("a model served a pair that is not its own")
      return
    }
  }

  @Test func pivotPairIsRefusedWithoutPivots() throws {
    let result = try service("fr-en", "en-de", pivots: false).translate(request("un", "fr", "de"))
    guard case .failure(.pairNotServed("fr", "de", let served)) = result else {
      Issue.record("a pair was served through another language although that was off")
      return
    }
    #expect(try Array(served) == [pair("fr-en"), pair("en-de")])
  }

  @Test func cancellingBetweenTheStepsEndsTheRequest() throws {
    let inFirst = Signal()
    let gate = Signal()
    let batches = Outcome<Int>()
    let test = try service(
      "fr-en", "en-de",
      before: { requests in
        batches.receive(.success(requests.count))
        inFirst.signal()
        gate.wait()
        gate.signal()
      })
    let outcome = Outcome<[TranslatedText]>()
    let work = test.service.translate(request("un", "fr", "de"), completion: outcome.receive)
    inFirst.wait()
    work.cancel()
    gate.signal()
    guard case .failure(.cancelled) = outcome.wait() else {
      Issue.record("a cancelled request was not answered as cancelled")
      return
    }
    let drained = Signal()
    test.service.drain { drained.signal() }
    drained.wait()
    #expect(batches.count == 1, "the second step was never decoded")
    #expect(outcome.count == 1)
  }

  @Test func drainWaitsForTheSecondStep() throws {
    let gate = Signal()
    let running = Signal()
    let test = try service(
      "fr-en", "en-de",
      before: { _ in
        running.signal()
        gate.wait()
        gate.signal()
      })
    let outcome = Outcome<[TranslatedText]>()
    test.service.translate(request("un", "fr", "de"), completion: outcome.receive)
    running.wait()
    let drained = Signal()
    test.service.drain { drained.signal() }
    gate.signal()
    drained.wait()
    #expect(outcome.count == 1)
    #expect(try outcome.wait().get()[0].text == "UN")
  }
}

/// Links through a language between, found in sorted lists.
@Suite struct PivotLinksTests {
  /// The slow way: every link of the first translation is looked at.
  private func traced(_ second: AlignmentLink, through links: [AlignmentLink]) -> AlignmentLink? {
    let shared = links.map { (link: $0, bytes: $0.target.clamped(to: second.source).count) }
    guard let best = shared.max(by: { $0.bytes < $1.bytes }), best.bytes > 0 else { return nil }
    return AlignmentLink(source: best.link.source, target: second.target)
  }

  @Test func agreesWithLookingAtEveryLink() {
    var numbers = SystemRandomNumberGenerator()
    func range() -> Range<Int> {
      let start = Int.random(in: 0..<60, using: &numbers)
      return start..<start + Int.random(in: 0...12, using: &numbers)
    }
    for count in 0..<200 {
      let links = (0..<count % 40).map { _ in AlignmentLink(source: range(), target: range()) }
      let pivot = PivotLinks(links)
      for _ in 0..<40 {
        let second = AlignmentLink(source: range(), target: range())
        #expect(pivot.traced(second) == traced(second, through: links), "\(links) \(second)")
      }
    }
  }

  @Test(.timeLimit(.minutes(10))) func hundredThousandLinksAreTracedQuickly() {
    let links = (0..<100_000).map { AlignmentLink(source: 2 * $0..<2 * $0 + 2, target: 2 * $0..<2 * $0 + 2) }
    let pivot = PivotLinks(links)
    let traced = links.reversed().compactMap(pivot.traced)
    #expect(traced.reversed() == links)
  }
}
