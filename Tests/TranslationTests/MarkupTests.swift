import Foundation
import Models
import Support
import Testing
import Translation

/// Texts with tags through the whole service.
@Suite struct MarkupTests {
  private func request(_ texts: [String], _ format: TextFormat = .html) -> TranslationRequest {
    var request = TranslationRequest(texts: texts, source: "en", target: "fr")
    request.format = format
    return request
  }

  private func translate(_ text: String, _ format: TextFormat = .html) throws -> TranslatedText {
    try TestService().translate(request([text], format)).get()[0]
  }

  @Test func tagsAreBackInTheirPlaces() throws {
    let text = try translate("<p class='a'>A <b>red</b> dog.\n  It &amp; <i>I</i> run.</p><script>no()</script>")
    #expect(text.text == "<p class='a'>A <b>RED</b> DOG.\n  IT &amp; <i>I</i> RUN.</p><script>no()</script>")
    #expect(text.unplaced.isEmpty)
  }

  @Test func detailsAreOfTheTextsBetweenTheTags() throws {
    let text = try translate("<h1>One</h1> <p>Two <b>three</b>. Four!</p>")
    #expect(text.sentences.map(\.source) == ["One", "Two three.", "Four!"])
    #expect(text.sentences.map(\.sourceStart) == [0, 4, 15])
    #expect(text.sentences.map(\.targetStart) == [0, 4, 15])
  }

  @Test func documentsOfOneRequestStayApart() throws {
    let texts = try TestService().translate(request(["<p>one</p>two", "<br>", "", "three"])).get()
    #expect(texts.map(\.text) == ["<p>ONE</p>TWO", "<br>", "", "THREE"])
    #expect(texts.map(\.sentences.count) == [2, 0, 0, 1])
  }

  @Test func elementsOfXMLFollowTheRules() throws {
    let text = "<d><t>one <x/>two</t><k>three</k></d>"
    #expect(try translate(text, .xml(XMLRules(ignored: ["k"]))).text == "<d><t>ONE <x/>TWO</t><k>three</k></d>")
    #expect(try translate("a &lt;b", .text).text == "A &lt;B")
  }

  @Test func unrequestedAlignmentIsLeftOut() throws {
    var several = request(["<p>one</p>"])
    several.alternatives = 2
    #expect(try TestService().translate(several).get()[0].alternatives.isEmpty)
  }

  @Test func throughALanguageBetween() throws {
    let service = try TestService(pairs: [
      ("en-de", LanguagePair(source: "en", target: "de")), ("de-fr", LanguagePair(source: "de", target: "fr")),
    ])
    let text = try service.translate(request(["<p>a <b>red</b> dog <img> runs</p>"])).get()[0]
    #expect(text.text == "<p>A <b>RED</b> DOG <img> RUNS</p>")
    #expect(text.pivot == "de")
  }

  /// Then tags go by the order of words, and the answer says so.
  @Test func modelsWithoutAttention() throws {
    let text = try TestService(attention: [:]).translate(request(["a <b>red</b> strasse"])).get()[0]
    #expect(text.text == "A <b>RED</b> STRASSE")
    #expect(text.unplaced == ["<b>"] || text.unplaced.isEmpty)
  }

  @Test func generatedFragments() throws {
    var generator = MarkupGenerator(seed: 11, tagsWithin: true)
    let service = try TestService { $0.characterLimit = 1 << 22 }
    for _ in 0..<10 {
      let sources = (0..<50).map { _ in generator.fragment() }
      for (source, translated) in zip(sources, try service.translate(request(sources)).get()) {
        #expect(try TagTree(translated.text) == TagTree(source))
        let kept = source.replacingOccurrences(of: "Not <b>this</b>", with: "NOT <b>THIS</b>")
        #expect(translated.text.uppercased() == kept.uppercased())
        #expect(translated.unplaced.isEmpty)
      }
    }
  }

  // MARK: A real model

  private static let model = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("models/zoo/en-fr-captions")

  private func answer(_ request: TranslationRequest, of service: TranslationService) throws -> [TranslatedText] {
    let outcome = Outcome<[TranslatedText]>()
    service.translate(request, completion: outcome.receive)
    return try outcome.wait().get()
  }

  private func realService() throws -> TranslationService {
    let model = try LoadedModel(
      directory: Self.model.path, pair: LanguagePair(source: "en", target: "fr"), preferences: ModelPreferences())
    return try TranslationService(
      configuration: ServiceConfiguration(modelDirectories: [], workers: 2), models: [model])
  }

  @Test func aRealModelKeepsEveryTag() throws {
    let service = try realService()
    var generator = MarkupGenerator(seed: 12, tagsWithin: true)
    let sources = (0..<60).map { _ in generator.fragment() }
    for (source, translated) in zip(sources, try answer(request(sources), of: service)) {
      #expect(try TagTree(translated.text) == TagTree(source), "\(source)\nbecame\n\(translated.text)")
    }
    let red = try answer(request(["A <b>red</b> dog runs in the snow."]), of: service)[0]
    #expect(red.text == "Un chien <b>rouge</b> court dans la neige.")
  }

  @Test func tagsAroundSentencesChangeNoTranslation() throws {
    let service = try realService()
    var generator = MarkupGenerator(seed: 13, tagsWithin: false)
    var fragments: [String] = []
    var sentences: [[String]] = []
    for _ in 0..<60 {
      fragments.append(generator.fragment())
      sentences.append(generator.sentences)
    }
    let plain = try answer(request(sentences.flatMap { $0 }, .text), of: service).map(\.text)
    var next = plain[...]
    for (translated, own) in zip(try answer(request(fragments), of: service), sentences) {
      let expected = next.prefix(own.count)
      next = next.dropFirst(own.count)
      #expect(translated.sentences.map(\.target) == Array(expected))
      let written = try TagTree(translated.text).text.replacingOccurrences(of: "&amp;", with: "&")
      var rest = written[...]
      for sentence in expected {
        let place = try #require(rest.range(of: sentence), "\(sentence) in \(written)")
        rest = rest[place.upperBound...]
      }
    }
  }
}
