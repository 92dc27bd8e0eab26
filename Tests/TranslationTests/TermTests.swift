import Support
import Testing

@testable import Translation

/// Terms in translations by a real model, through queue and workers.
struct TermTests {
  private func translated(
    _ text: String, _ terms: [Term], beam: Int = 1, format: TextFormat = .text, stream: Heard? = nil
  ) throws -> TranslatedText {
    try CaptionService.translated([text], beam: beam) { request in
      request.glossaries = RequestGlossaries(terms: terms)
      request.format = format
      request.listener = stream?.receive
    }[0]
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

  @Test func tokenOfASpaceIsReadAsASpace() throws {
    let model = try LoadedModel(directory: MarianFixture.root + "/../../models/zoo/en-fr-captions")
    // No piece has the snowman, so the space before it is a piece of its own.
    let ids = model.tokenizer.encodeTarget("a ☃ a").ids
    let space = try #require(ids.first { model.tokenizer.decode([$0]).isEmpty && $0 != model.tokenizer.endToken })
    #expect(model.tokenTexts.text(of: space) == " ")
    #expect(model.tokenTexts.text(of: model.tokenizer.endToken) == "")
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
      "<p>A <b>dog</b> runs in the snow.</p>", [Term(source: "dog", target: "toutou")], format: .html)
    let match = translated.text.firstMatch(of: /<b>(.*)<\/b>/)
    #expect(match?.1.lowercased().contains("toutou") == true && translated.text.hasPrefix("<p>"), "\(translated.text)")
    #expect(!translated.text.contains("chien"))
  }

  @Test func streamHasTheTerms() throws {
    let heard = Heard()
    let translated = try translated(
      "A dog runs in the snow.", [Term(source: "dog", target: "animal")], stream: heard)
    #expect(heard.tokens.map(\.part).joined() == translated.text)
  }

  /// How often a text is in another, as whole words.
  private func count(_ wanted: String, _ text: String) -> Int {
    text.lowercased().split { !$0.isLetter }.filter { $0 == wanted }.count
  }

  @Test(arguments: [
    "cuisine d’été", "cuisine d'été", "arrière-cour", "champ n° 12", "Grand Nord", "χιόνι", "雪", "neige™", "☃", "C++",
    "iPhone 15", "l’hiver",
  ])
  func targetOfAnyCharactersIsWritten(_ target: String) throws {
    let terms = [Term(source: "dog", target: "toutou"), Term(source: "snow", target: target)]
    for beam in [1, 4] {
      let translated = try translated("A dog runs in the snow.", terms, beam: beam)
      #expect(translated.text.contains(target) && count("toutou", translated.text) == 1, "\(translated.text)")
      #expect(translated.text.hasSuffix("."), "\(translated.text)")
      #expect(translated.sentences[0].terms.allSatisfy { $0.translated != nil })
    }
  }

  @Test(arguments: [1, 4]) func sourceOfATermIsNotTranslatedOnceMore(beam: Int) throws {
    let texts = [
      ("A dog runs in the snow.", "dog", "chien"), ("Two men are talking in the street.", "men", "hommes"),
      ("A woman is reading a book.", "book", "livre"), ("The children play in the park.", "children", "enfants"),
    ]
    for (text, source, said) in texts {
      let translated = try translated(text, [Term(source: source, target: "zinzin")], beam: beam).text
      #expect(count("zinzin", translated.lowercased()) == 1 && count(said, translated) == 0, "\(translated)")
    }
  }

  @Test(arguments: [1, 4]) func termThatIsTwiceIsWrittenTwice(beam: Int) throws {
    let translated = try translated("A dog sees a dog.", [Term(source: "dog", target: "toutou")], beam: beam)
    #expect(count("toutou", translated.text) == 2, "\(translated.text)")
  }

  @Test func adjacentAndOverlappingTermsAreWritten() throws {
    let terms = [
      Term(source: "black dog", target: "molosse"), Term(source: "dog", target: "toutou"),
      Term(source: "runs", target: "galope"),
    ]
    let translated = try translated("A black dog runs in the snow.", terms).text
    #expect(translated.contains("molosse") && translated.contains("galope") && !translated.contains("toutou"))
  }

  @Test func wordsInFrontOfATermFit() throws {
    for (source, target) in [("dog", "animal"), ("snow", "herbe"), ("dog", "gamin")] {
      let text = try translated("The dog runs in the snow.", [Term(source: source, target: target)]).text.lowercased()
      for wrong in ["le animal", "la animal", "la herbe", "le herbe", "l'gamin", "l’gamin"] {
        #expect(!text.contains(wrong), "\(text)")
      }
    }
  }

  /// The model reads ten letters at a time, so the word's rest is a clause of its own.
  @Test func restOfALongWordIsNoTerm() throws {
    let service = try TestService(maxSourceTokens: 11)
    let word = String(repeating: "a", count: 10) + "dog"
    for (text, count) in [(word, 0), ("dog " + word + " dog", 2), (word + " dog", 1)] {
      var request = TranslationRequest(texts: [text], source: "en", target: "fr", explain: [.timings])
      request.glossaries = RequestGlossaries(terms: [Term(source: "dog", target: "x")])
      let translated = try service.translate(request).get()[0]
      #expect(translated.sentences.flatMap(\.terms).count == count, "\(text)")
    }
  }

  @Test(arguments: [
    "Take x and y and put z into q.", "A dog x runs y in z.", "Letters x, y, z and q are in the box.",
  ])
  func termsOfOneLetterAreWordsOfTheirOwn(_ text: String) throws {
    let terms = zip(["x", "y", "z", "q"], ["k", "m", "w", "p"]).map { Term(source: $0, target: $1) }
    let translated = try translated(text, terms)
    let uses = translated.sentences[0].terms
    #expect(uses.count >= 3 && uses.allSatisfy { $0.translated != nil }, "\(translated.text)")
  }

  @Test func inlineTagWithinATermIsPassedOver() throws {
    let translated = try translated(
      "<p>A <b>black</b> dog runs in the&nbsp;snow.</p>",
      [Term(source: "black dog", target: "molosse"), Term(source: "the snow", target: "la poudreuse")], format: .html)
    #expect(translated.text.contains("molosse") && translated.text.contains("la poudreuse"), "\(translated.text)")
    #expect(translated.text.hasPrefix("<p>") && translated.text.hasSuffix("</p>"))
  }
}
