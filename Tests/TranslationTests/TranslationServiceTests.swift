import Decoding
import Files
import Foundation
import Models
import Support
import Testing
import Translation

@Suite struct TranslationServiceTests {
  // MARK: Texts

  @Test func translatesSentenceBySentenceAndKeepsWhiteSpace() throws {
    let service = try TestService()
    let translated = try service.translate("  One two.  Three?\n\n\tfour \n")
    #expect(translated.text == "  ONE TWO.  THREE?\n\n\tFOUR \n")
    #expect(translated.sentences.map(\.source) == ["One two.", "Three?", "four"])
    #expect(translated.sentences.map(\.target) == ["ONE TWO.", "THREE?", "FOUR"])
    #expect(translated.sentences.allSatisfy { $0.stopReason == .eos && !$0.truncated })
  }

  @Test(arguments: ["", " ", "\n\t \u{2003}\n"])
  func whiteSpaceIsUnchanged(_ text: String) throws {
    let translated = try TestService().translate(text, explain: Set(Explanation.allCases), alternatives: 2)
    #expect(translated.text == text)
    #expect(translated.sentences.isEmpty)
    #expect(translated.alternatives.isEmpty)
  }

  @Test func sentenceWithoutTokensIsUnchanged() throws {
    let service = try TestService(tokenizer: ScalarTokenizer(invisible: ["\u{200B}", "~"]))
    #expect(try service.translate("One.\n~\u{200B}~\ntwo", alternatives: 1).text == "ONE.\n~\u{200B}~\nTWO")
  }

  @Test func sentenceWithEmptyTranslationIsUnchanged() throws {
    let translated = try TestService().translate("One.\n☃☃\ntwo", explain: [.alignment])
    #expect(translated.text == "ONE.\n☃☃\nTWO")
    #expect(translated.sentences[1].alignment == [AlignmentLink(source: 0..<6, target: 0..<6)])
  }

  @Test func answersKeepTheOrderOfTexts() throws {
    let texts = (0..<200).map { "text number \($0) of \(String(repeating: "x", count: $0 % 50))" }
    let translated = try TestService().translate(TranslationRequest(texts: texts, source: "en", target: "fr")).get()
    #expect(translated.map(\.text) == texts.map { $0.uppercased() })
  }

  @Test func emptyRequestIsAnswered() throws {
    #expect(try TestService().translate(TranslationRequest(texts: [], source: "en", target: "fr")).get().isEmpty)
  }

  @Test(arguments: [(12, nil), (12, 500), (200, 12)])
  func tooLongSentenceIsCutAndReported(_ positions: Int, _ maxSourceTokens: Int?) throws {
    let service = try TestService(positions: positions, maxSourceTokens: maxSourceTokens)
    let translated = try service.translate("one, two, three; four. Five")
    #expect(translated.text == "ONE, TWO, THREE; FOUR. FIVE")
    #expect(translated.sentences.map(\.truncated) == [true, false])
  }

  @Test func translationAtTheLengthLimitIsReported() throws {
    let translated = try TestService(positions: 11).translate("abcdefghß. Two")
    #expect(translated.text == "ABCDEFGHSS. TWO")
    #expect(translated.sentences.map(\.stopReason) == [.length, .eos])
  }

  @Test func lengthLimitFollowsFromTheSource() throws {
    let limits = Outcome<Int>()
    let service = try TestService(positions: 80, before: { limits.receive(.success($0[0].options.maxLength)) })
    _ = try service.translate("abc")
    #expect(try limits.wait().get() == 3 * 4 + 32)
    let capped = Outcome<Int>()
    let other = try TestService(positions: 80, before: { capped.receive(.success($0[0].options.maxLength)) })
    _ = try other.translate(String(repeating: "a", count: 40))
    #expect(try capped.wait().get() == 80)
  }

  @Test func touchingSentencesAreSeparatedInScriptsWithSpaces() throws {
    let toFrench = try TestService()
    #expect(try toFrench.translate("一。二。").text == "一。 二。")
    let toJapanese = try TestService(pairs: [("zh-ja", LanguagePair(source: "zh", target: "ja"))])
    let request = TranslationRequest(texts: ["一。二。"], source: "zh", target: "ja")
    #expect(try toJapanese.translate(request).get().map(\.text) == ["一。二。"])
  }

  @Test func sentencesHaveTheirOffsets() throws {
    let sentences = try TestService().translate(" Öne ß. Two?\n三。四。 ").sentences
    #expect(sentences.map(\.sourceStart) == [1, 10, 15, 21])
    #expect(sentences.map(\.targetStart) == [1, 10, 15, 22])
  }

  @Test func splittingFollowsTheRequest() throws {
    func sentences(_ splitting: SentenceSplitting) throws -> [String] {
      let request = TranslationRequest(
        texts: [" One two\nthree. Four "], source: "en", target: "fr", splitting: splitting)
      return try TestService().translate(request).get()[0].sentences.map(\.source)
    }
    #expect(try sentences(.sentencesAndLines) == ["One two", "three.", "Four"])
    #expect(try sentences(.sentences) == ["One two\nthree.", "Four"])
    #expect(try sentences(.none) == ["One two\nthree. Four"])
  }

  // MARK: Alternatives and details

  @Test func theNthAlternativeJoinsTheNthBestOfEachSentence() throws {
    let translated = try TestService().translate("One. Two", alternatives: 2)
    #expect(translated.text == "ONE. TWO")
    #expect(translated.alternatives == ["ONE.2 TWO2", "ONE.3 TWO3"])
  }

  @Test func alternativesWidenTheBeam() throws {
    let service = try TestService(before: { requests in
      #expect(requests.allSatisfy { $0.options.beam == 4 && $0.options.hypotheses == 4 })
    })
    #expect(try service.translate("One", alternatives: 3).alternatives.count == 3)
  }

  @Test func beamComesFromRequestThenOperatorThenModel() throws {
    let beams = Outcome<Int>()
    let record: @Sendable ([DecodingRequest]) -> Void = { beams.receive(.success($0[0].options.beam)) }
    _ = try TestService(before: record).translate("One")
    #expect(try beams.wait().get() == 1)
    let wide = Outcome<Int>()
    let service = try TestService(configure: { $0.beam = 5 }, before: { wide.receive(.success($0[0].options.beam)) })
    _ = try service.translate("One")
    #expect(try wide.wait().get() == 5)
    let asked = Outcome<Int>()
    let third = try TestService(configure: { $0.beam = 5 }, before: { asked.receive(.success($0[0].options.beam)) })
    _ = try third.translate(TranslationRequest(texts: ["One"], source: "en", target: "fr", beam: 2)).get()
    #expect(try asked.wait().get() == 2)
  }

  @Test func explainsScoresTokensAndTimings() throws {
    let translated = try TestService().translate("ab", explain: [.scores, .tokens, .timings])
    let sentence = try #require(translated.sentences.first)
    #expect(sentence.sourceTokens == ["a", "b", "</s>"])
    #expect(sentence.targetTokens == ["A", "B", "</s>"])
    #expect(sentence.logProbs == [-0.5, -0.5, -0.5])
    #expect(sentence.score == -1.5)
    #expect(sentence.alignment.isEmpty)
    #expect(translated.timings.encodeMilliseconds == 1)
    #expect(translated.timings.decodeMilliseconds == 2)
    #expect(translated.timings.batchSize == 1)
    #expect(translated.timings.queueMilliseconds >= 0)
  }

  @Test func alignsBytesOfSourceAndTarget() throws {
    let sentence = try #require(try TestService().translate("é b", explain: [.alignment]).sentences.first)
    #expect(
      sentence.alignment == [
        AlignmentLink(source: 0..<2, target: 0..<2), AlignmentLink(source: 3..<4, target: 3..<4),
      ])
  }

  @Test func guidedHeadAligns() throws {
    // From the tenth on, this double's heads look away from the token of their place.
    let shape = [AttentionKind.cross: AttentionShape(layers: 2, heads: 25)]
    let own = [0..<1, 1..<2, 2..<3]
    let mean = try TestService(attention: shape).translate("abc", explain: [.alignment])
    #expect(mean.sentences[0].alignment.map(\.source) != own)
    let guided = try TestService(attention: shape, guidedLayer: 0).translate("abc", explain: [.alignment])
    #expect(guided.sentences[0].alignment.map(\.source) == own)
  }

  @Test func alignmentOfCutSentencesCountsFromTheSentence() throws {
    let service = try TestService(positions: 4)
    let sentence = try #require(try service.translate("ab, cd", explain: [.alignment]).sentences.first)
    #expect(sentence.target == "AB, CD")
    #expect(sentence.alignment.map(\.source) == [0..<1, 1..<2, 2..<3, 4..<5, 5..<6])
    #expect(sentence.alignment.map(\.target) == sentence.alignment.map(\.source))
  }

  // MARK: Refusals

  @Test func refusalNamesTheServedPairs() throws {
    let service = try TestService(pairs: [
      ("a", LanguagePair(source: "en", target: "fr")), ("b", LanguagePair(source: "en", target: "fr")),
      ("c", LanguagePair(source: "fr", target: "en")),
    ])
    let back = LanguagePair(source: "fr", target: "en")
    #expect(
      failure(service.translate(TranslationRequest(texts: ["x"], source: "en", target: "de")))
        == .pairNotServed(source: "en", target: "de", served: service.service.pairs))
    #expect(
      failure(service.translate(TranslationRequest(texts: ["x"], source: "en", target: "fr", model: "z")))
        == .unknownModel("z", served: ["a", "b", "c"]))
    #expect(
      failure(service.translate(TranslationRequest(texts: ["x"], source: "en", target: "fr", model: "c")))
        == .pairNotServed(source: "en", target: "fr", served: ServedPairs([back])))
    #expect(
      try service.translate(TranslationRequest(texts: ["x"], source: "en", target: "fr", model: "b")).get()[0].text
        == "X")
  }

  @Test func limitsAreEnforced() throws {
    let service = try TestService(configure: { $0.characterLimit = 5 })
    #expect(try service.translate("éé\u{301}éé").text == "éé\u{301}éé")
    #expect(
      failure(service.translate(TranslationRequest(texts: ["abc", "def"], source: "en", target: "fr")))
        == .textTooLong(found: 6, limit: 5))
    #expect(
      failure(service.translate(TranslationRequest(texts: ["", "", "", "a", "", ""], source: "en", target: "fr")))
        == .textTooLong(found: 6, limit: 5))
    // A thousand texts count one character each, and 250 more count 16.
    let many = try TestService(configure: { $0.characterLimit = 5000 })
    let short = [String](repeating: "", count: 1251)
    _ = try many.translate(TranslationRequest(texts: Array(short.dropLast()), source: "en", target: "fr")).get()
    #expect(
      failure(many.translate(TranslationRequest(texts: short, source: "en", target: "fr")))
        == .textTooLong(found: 5016, limit: 5000))
    for request in [
      TranslationRequest(texts: ["x"], source: "en", target: "fr", beam: 0),
      TranslationRequest(texts: ["x"], source: "en", target: "fr", beam: 17),
      TranslationRequest(texts: ["x"], source: "en", target: "fr", alternatives: -1),
      TranslationRequest(texts: ["x"], source: "en", target: "fr", alternatives: 16),
    ] {
      guard case .invalid(let field, _) = failure(service.translate(request)) else {
        Issue.record("\(request) was not refused")
        continue
      }
      #expect(field == "beam" || field == "alternatives")
    }
  }

  @Test func alignmentNeedsCrossAttention() throws {
    let service = try TestService(attention: [:])
    let request = TranslationRequest(texts: ["x"], source: "en", target: "fr", explain: [.alignment])
    #expect(failure(service.translate(request)) == .noAttention(architecture: "shouting", kind: "cross"))
  }

  @Test func duplicateModelNamesAreRefused() {
    let pair = LanguagePair(source: "en", target: "fr")
    #expect(throws: FileError.self) { try TestService(pairs: []) }
    #expect(throws: FileError.self) { try TestService(pairs: [("a", pair), ("a", pair)]) }
  }

  private func failure<Answer>(_ result: Result<Answer, TranslationError>) -> TranslationError? {
    if case .failure(let error) = result { return error }
    return nil
  }
}
