import Support
import Testing
import Translation

/// Controls of the search through queue and workers, on the model of captions.
struct SearchControlTests {
  private static let texts = [
    "A dog runs in the snow.", "Two men are talking.", "A woman is reading a book.", "The children play in the park.",
  ]

  private func translated(
    _ texts: [String] = Self.texts, beam: Int = 1, _ change: (inout SearchControls) -> Void
  ) throws -> [String] {
    try CaptionService.translated(texts, beam: beam) { change(&$0.controls) }.map(\.text)
  }

  @Test(arguments: [1, 4]) func translationContinuesThePrefix(beam: Int) throws {
    let prefixes = ["Le chien noir", "", "Dans un parc", "Les"]
    let found = try translated(beam: beam) { $0.prefixes = prefixes }
    for (prefix, text) in zip(prefixes, found) { #expect(text.hasPrefix(prefix) && text.count > prefix.count + 3) }
    #expect(try found[1] == translated([Self.texts[1]], beam: beam) { _ in }[0])
  }

  private func begun(
    _ text: String, with prefix: String, format: TextFormat = .text, stream: Heard? = nil
  ) throws -> String {
    try CaptionService.translated([text]) { request in
      request.controls.prefixes = [prefix]
      request.format = format
      request.listener = stream?.receive
    }[0].text
  }

  private static let three = "A dog runs in the snow. Two men are talking.\nA woman is reading a book."

  @Test func prefixOfSeveralSentencesIsContinued() throws {
    let heard = Heard()
    let text = try begun(Self.three, with: "Le chat dort. Des gens", stream: heard)
    #expect(text.hasPrefix("Le chat dort. Des gens ") && text.contains("\nUne femme"))
    let sentences = (0..<3).map { number in heard.tokens.filter { $0.sentence == number } }
    #expect(sentences.joined().map { ($0.gap ?? "") + $0.part }.joined() == text)
    // It can be more than the text has.
    let long = "Un. Deux.\nTrois. Quatre. Une"
    #expect(try begun(Self.three, with: long).hasPrefix(long))
    #expect(try begun("...\nA dog runs.", with: "Le chat") == "...\n" + begun("A dog runs.", with: "Le chat"))
  }

  @Test func prefixGoesOnOverBlocksOfAPage() throws {
    let page = "<p>A dog runs in the snow.</p><p>Two men are <b>talking</b>.</p>"
    let text = try begun(page, with: "Le chat dort. Des gens", format: .html)
    #expect(text.hasPrefix("<p>Le chat dort.</p><p>Des gens "))
  }

  @Test func prefixIsTheOneOfItsText() throws {
    let found = try translated(["A dog runs.", "A dog runs."]) { $0.prefixes = ["Le chat. Un. Deux", ""] }
    #expect(found[0].hasPrefix("Le chat. Un. Deux") && !found[1].contains("Un. Deux"))
    #expect(try found[1] == translated(["A dog runs."]) { _ in }[0])
  }

  @Test func prefixKeepsCharactersThatTheModelLacks() throws {
    for prefix in ["L’été 東京", "Ça — ☃ va"] {
      #expect(try begun("A dog runs in the snow.", with: prefix).hasPrefix(prefix))
    }
  }

  @Test func prefixThatIsTooLongIsRefused() throws {
    let prefix = String(repeating: "chien ", count: 2000)
    #expect(throws: TranslationError.self) { try begun("A dog runs.", with: prefix) }
  }

  @Test(arguments: [1, 4]) func suppressedWordsDoNotAppear(beam: Int) throws {
    let plain = try translated(beam: beam) { _ in }
    #expect(plain[0].lowercased().contains("un chien"))
    let found = try translated(beam: beam) { $0.suppressed = ["Un", "chien", "hommes"] }
    for text in found {
      let words = text.lowercased().split { !$0.isLetter }
      #expect(!text.isEmpty && !words.contains("un") && !words.contains("chien") && !words.contains("hommes"))
    }
  }

  @Test func seedGivesTheSameTextAloneAndInABatch() throws {
    func sampled(_ texts: [String], seed: UInt64) throws -> [String] {
      try translated(texts) { $0.sampling = Sampling(topK: 20, temperature: 1.5, seed: seed) }
    }
    let many = (0..<64).map { "\($0) dogs." }
    let together = try sampled(many, seed: 3)
    for index in [0, 17, 63] { #expect(try sampled([many[index]], seed: 3) == [together[index]]) }
    #expect(try sampled(many, seed: 3) == together)
    #expect(try sampled(many, seed: 4) != together)
  }

  @Test func requestThatCannotBeFollowedIsRefused() throws {
    let service = try TestService().service
    func refusal(beam: Int? = nil, alternatives: Int = 0, _ change: (inout SearchControls) -> Void) -> String? {
      var request = TranslationRequest(
        texts: ["a"], source: "en", target: "fr", beam: beam, alternatives: alternatives)
      change(&request.controls)
      let outcome = Outcome<[TranslatedText]>()
      service.translate(request, completion: outcome.receive)
      guard case .failure(.invalid(let field, _)) = outcome.wait() else { return nil }
      return field
    }
    let sampling = Sampling(topK: 5, seed: 1)
    #expect(refusal(beam: 4) { $0.sampling = sampling } == "sampling_topk")
    #expect(refusal(alternatives: 1) { $0.sampling = sampling } == "sampling_topk")
    #expect(refusal { $0.sampling = Sampling(topK: 5, temperature: .nan, seed: 1) } == "temperature")
    #expect(refusal { $0.prefixes = ["a", "b"] } == "prefix")
    #expect(refusal { $0.suppressed = [" "] } == "suppress")
    #expect(refusal { $0.suppressed = Array(repeating: "a", count: 257) } == "suppress")
    #expect(refusal { $0.repetitionPenalty = 0.5 } == "repetition_penalty")
    #expect(refusal { $0.noRepeatNgramSize = -1 } == "no_repeat_ngram_size")
    #expect(refusal { _ in } == nil)
  }
}
