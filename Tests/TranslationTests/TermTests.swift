import Support
import Testing
import Translation

/// Terms in translations by a real model, through queue and workers.
struct TermTests {
  private static let service = Result {
    try TranslationService(
      configuration: ServiceConfiguration(modelDirectories: [], workers: 2),
      models: [LoadedModel(directory: MarianFixture.root + "/../../models/zoo/en-fr-captions")])
  }

  private func translated(
    _ text: String, _ terms: [Term], beam: Int = 1, format: TextFormat = .text, stream: Heard? = nil
  ) throws -> TranslatedText {
    var request = TranslationRequest(texts: [text], source: "en", target: "fr", beam: beam)
    request.glossaries = RequestGlossaries(terms: terms)
    request.format = format
    request.listener = stream?.receive
    let outcome = Outcome<[TranslatedText]>()
    try Self.service.get().translate(request, completion: outcome.receive)
    return try outcome.wait().get()[0]
  }

  @Test(arguments: [1, 4]) func termsAreInTheTranslation(beam: Int) throws {
    let terms = [Term(source: "dog", target: "animal"), Term(source: "snow", target: "sable blanc")]
    let translated = try translated("A dog runs in the snow.", terms, beam: beam)
    #expect(translated.text.contains("animal") && translated.text.contains("sable blanc"))
    #expect(!translated.text.contains("chien") && !translated.text.contains("neige"))
    let uses = translated.sentences[0].terms
    #expect(uses.map(\.source) == ["dog", "snow"])
    for use in uses {
      let place = try #require(use.translated)
      #expect(String(decoding: Array(translated.text.utf8)[place], as: UTF8.self) == use.target)
    }
  }

  @Test func termAtTheStartHasACapital() throws {
    let translated = try translated("Dogs run in the snow.", [Term(source: "dogs", target: "bestioles")])
    #expect(translated.text.contains("estioles"))
    if !translated.text.contains(" bestioles") { #expect(translated.text.hasPrefix("Bestioles")) }
  }

  @Test(arguments: [1, 4]) func textWithoutATermIsTheSame(beam: Int) throws {
    let text = "Two men are talking in the street."
    let with = try translated(text, [Term(source: "dog", target: "animal")], beam: beam)
    #expect(try with.text == translated(text, [], beam: beam).text)
    #expect(with.sentences[0].terms.isEmpty)
  }

  @Test func identityKeepsWords() throws {
    let translated = try translated("A dog runs in the park.", [Term(source: "park", target: "park")])
    #expect(translated.text.contains("park") && !translated.text.contains("parc"))
  }

  @Test func tagsStayAroundTerms() throws {
    let translated = try translated(
      "<p>A <b>dog</b> runs in the snow.</p>", [Term(source: "dog", target: "animal")], format: .html)
    #expect(translated.text.contains("animal") && translated.text.hasPrefix("<p>") && translated.text.contains("<b>"))
  }

  @Test func streamHasTheTerms() throws {
    let heard = Heard()
    let translated = try translated(
      "A dog runs in the snow.", [Term(source: "dog", target: "animal")], stream: heard)
    #expect(heard.tokens.map(\.part).joined() == translated.text)
  }
}
