import Foundation
import Models
import Support
import Testing
import Translation

/// The service with models that translate each of their languages into every other.
struct ManyLanguagesTests {
  private func service(_ name: String) throws -> TranslationService {
    let model = try LoadedModel(directory: TransformersFixture(name).directory)
    return try TranslationService(
      configuration: ServiceConfiguration(modelDirectories: [], workers: 1, checksOutput: false), models: [model])
  }

  private func translated(_ request: TranslationRequest, by service: TranslationService) throws -> [TranslatedText] {
    let outcome = Outcome<[TranslatedText]>()
    service.translate(request, completion: outcome.receive)
    return try outcome.wait().get()
  }

  @Test(arguments: [
    ("m2m", 100), ("m2m-ctranslate2", 100), ("small", 100), ("nllb", 202), ("mbart50", 52), ("mbart25", 25),
    ("madlad", 4),
  ])
  func everyLanguageIsServed(name: String, count: Int) throws {
    let pairs = try service(name).pairs
    #expect(pairs.sources.count == count && pairs.targets.count == count)
    #expect(pairs.targets(from: "en").count == count - 1)
    #expect(pairs.source(named: "eng_Latn") == "en")
    #expect(pairs.target(named: "zh-CN") == (name == "madlad" ? "zh-cn" : "zh_hans"))
    #expect(pairs.target(named: "fr-CA") == "fr")
  }

  /// Alone, a request gives what it gives beside others of other languages.
  @Test(arguments: ["m2m", "m2m-ctranslate2", "small", "nllb", "nllb-legacy", "mbart50", "mbart25", "madlad"])
  func requestsOfManyLanguagesShareABatch(name: String) throws {
    let service = try service(name)
    let third = name == "mbart25" ? "de" : "pt"
    let pairs = [("en", "fr"), ("fr", "en"), ("en", third), (third, "en"), ("fr", third)]
    let requests = pairs.map { source, target in
      var request = TranslationRequest(texts: ["the letter, the sister"], source: source, target: target, beam: 3)
      request.explain = [.scores, .tokens, .alignment]
      return request
    }
    let alone = try requests.map { try translated($0, by: service)[0] }
    #expect(Set(alone.map(\.text)).count > 1)
    let outcomes = requests.map { request in
      let outcome = Outcome<[TranslatedText]>()
      service.translate(request, completion: outcome.receive)
      return outcome
    }
    for (outcome, alone) in zip(outcomes, alone) {
      let together = try outcome.wait().get()[0]
      #expect(together.text == alone.text)
      #expect(together.sentences[0].logProbs == alone.sentences[0].logProbs)
      #expect(together.sentences[0].logProbs.count == together.sentences[0].targetTokens.count)
    }
  }

  @Test func theTokenOfTheTargetIsNoPartOfTheAnswer() throws {
    let sentence = try translated(
      TranslationRequest(texts: ["the letter"], source: "en", target: "fr", explain: [.tokens, .scores]),
      by: service("nllb"))[0].sentences[0]
    #expect(sentence.sourceTokens.first == "eng_Latn" && sentence.sourceTokens.last == "</s>")
    #expect(!sentence.targetTokens.contains("fra_Latn"))
    #expect(!sentence.target.contains("fra_Latn"))
  }

  @Test func aStreamIsTheTextWithoutTheToken() throws {
    let heard = Heard()
    var request = TranslationRequest(texts: ["the letter"], source: "en", target: "fr")
    request.listener = heard.receive
    let text = try translated(request, by: service("mbart50"))[0].text
    #expect(heard.tokens.map(\.part).joined() == text)
  }

  @Test func htmlIsTranslatedByAlignment() throws {
    var request = TranslationRequest(texts: ["<p>the <b>letter</b> of her sister</p>"], source: "en", target: "fr")
    request.format = .html
    let text = try translated(request, by: service("m2m"))[0].text
    #expect(try TagTree(text) == TagTree(request.texts[0]))
  }

  @Test(arguments: ["m2m", "nllb-legacy", "mbart25", "madlad"])
  func attentionHasTheTokensOfTheLanguages(name: String) throws {
    let service = try service(name)
    let outcome = Outcome<AttentionAnswer>()
    service.attention(AttentionRequest(text: "the letter", source: "en", target: "fr"), completion: outcome.receive)
    let answer = try outcome.wait().get()
    #expect(answer.source == "en" && answer.target == "fr")
    let cross = try #require(answer.weights[.cross])
    #expect(cross.shape.suffix(2) == [answer.targetTokens.count, answer.sourceTokens.count])
    switch name {
    case "m2m":
      #expect(answer.sourceTokens.first == "__en__" && answer.decoderTokens.prefix(2) == ["</s>", "__fr__"])
    case "nllb-legacy":
      #expect(answer.sourceTokens.suffix(2) == ["</s>", "eng_Latn"] && answer.targetTokens.first == "fra_Latn")
    case "mbart25": #expect(answer.sourceTokens.last == "en_XX" && answer.decoderTokens.first == "fr_XX")
    default: #expect(answer.sourceTokens.first == "<2fr>" && answer.sourceTokens.last == "</s>")
    }
  }

  @Test func aModelWithoutLanguageTokensNeedsAPair() throws {
    #expect(throws: (any Error).self) { try LoadedModel(directory: TransformersFixture("t5").directory) }
    let pair = LanguagePair(source: "en", target: "de")
    let model = try LoadedModel(directory: TransformersFixture("t5").directory, pair: pair)
    #expect(model.languages == ModelLanguages(pair))
  }
}
