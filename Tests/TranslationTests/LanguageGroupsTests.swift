import Foundation
import Testing
import Translation

/// Texts that come without a language.
@Suite struct LanguageGroupsTests {
  private static let german = "Der Hund rennt durch den Schnee und bellt."
  private static let french = "Le chien court dans la neige et il aboie."
  private static let english = "The dog runs through the snow and barks."

  private func service(_ pairs: String...) throws -> TestService {
    try TestService(pairs: try pairs.map { ($0, try #require(LanguagePair($0))) })
  }

  private func request(_ texts: [String], to target: String, model: String? = nil) -> TranslationRequest {
    TranslationRequest(texts: texts, source: nil, target: target, model: model)
  }

  @Test func eachTextHasItsOwnLanguage() throws {
    let texts = [Self.german, Self.english, Self.french, Self.german.lowercased()]
    let translated = try service("en-fr", "de-fr").translate(request(texts, to: "fr")).get()
    #expect(translated.map { $0.detected?.language } == ["de", "en", "fr", "de"])
    #expect(translated.map(\.text) == [texts[0].uppercased(), texts[1].uppercased(), texts[2], texts[3].uppercased()])
    for text in translated { #expect((text.detected?.confidence ?? 0) > 0.9) }
  }

  @Test func textInTheTargetLanguageIsUnchanged() throws {
    let translated = try service("en-fr").translate(request([Self.french], to: "fr")).get()[0]
    #expect(translated.text == Self.french)
    #expect(translated.detected?.language == "fr")
    #expect(translated.sentences.isEmpty)
  }

  /// A client that asked `/detect` names the target itself as the source of such a text.
  @Test func textThatIsSaidToBeInTheTargetLanguageIsUnchanged() throws {
    let service = try service("en-fr")
    let asked = TranslationRequest(texts: ["la table"], source: "fr", target: "fr")
    let translated = try service.translate(asked).get()[0]
    #expect(translated.text == "la table")
  }

  @Test func pivotPairsAreDetectedToo() throws {
    let translated = try service("fr-en", "en-de").translate(request([Self.french, Self.english], to: "de")).get()
    #expect(translated.map(\.pivot) == ["en", nil])
    #expect(translated.map(\.text) == [Self.french.uppercased(), Self.english.uppercased()])
  }

  private func refusal(_ language: String?, _ service: TestService) -> TranslationError {
    .languageNotServed(language, target: "fr", served: service.service.pairs)
  }

  @Test func languageThatIsNotServedIsNamed() throws {
    let service = try service("en-fr")
    #expect(failure(service.translate(request([Self.german], to: "fr"))) == refusal("de", service))
    #expect(failure(service.translate(request([Self.german, Self.german], to: "fr"))) == refusal("de", service))
    #expect(failure(service.translate(request(["ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ"], to: "fr"))) == refusal(nil, service))
    #expect(failure(service.translate(request(["დილა მშვიდობისა"], to: "fr"))) == refusal("ka", service))
  }

  /// One text that cannot be translated does not keep the others from it: it stays as it is, and is marked.
  @Test func foreignTextBetweenOthersStaysAndIsMarked() throws {
    let texts = [Self.english, Self.german, "12:30", "ᏣᎳᎩ"]
    let translated = try service("en-fr").translate(request(texts, to: "fr")).get()
    #expect(translated.map(\.text) == [texts[0].uppercased(), texts[1], texts[2], texts[3]])
    #expect(translated.map { $0.detected?.language } == ["en", "de", "en", "und"])
    #expect(translated.map { $0.detected?.isServed } == [true, false, true, false])
  }

  @Test(arguments: ["Hotel", "OK", "Berlin", "Copenhagen", "Schmidt"])
  func unclearTextIsOfAServedLanguage(text: String) throws {
    let found = try service("en-fr").translate(request([text], to: "fr")).get()[0].detected
    #expect(found?.isServed == true)
  }

  @Test func shortTextsHaveTheLanguageOfTheLongOnes() throws {
    let texts = [Self.german, "Hotel", "12", "Name"]
    let translated = try service("en-fr", "de-fr").translate(request(texts, to: "fr")).get()
    #expect(translated.map { $0.detected?.language } == ["de", "de", "en", "de"])
  }

  @Test(arguments: ["", "12:30", "🙂"])
  func textWithoutLettersCountsAsEnglish(text: String) throws {
    let found = try service("de-fr", "en-fr").translate(request([text], to: "fr")).get()[0].detected
    #expect(found?.language == "en")
    #expect(found?.confidence == 0)
  }

  @Test func namedModelHasOneSource() throws {
    let service = try service("en-fr", "de-fr")
    #expect(try service.translate(request([Self.german], to: "fr", model: "de-fr")).get()[0].detected?.language == "de")
    #expect(
      failure(service.translate(request(["x"], to: "fr", model: "z")))
        == .unknownModel("z", served: ["en-fr", "de-fr"]))
    #expect(
      failure(service.translate(request(["x"], to: "en", model: "de-fr")))
        == .pairNotServed(source: "auto", target: "en", served: ServedPairs([LanguagePair(source: "de", target: "fr")]))
    )
  }

  @Test func unservedTargetIsRefused() throws {
    let service = try service("en-fr")
    #expect(
      failure(service.translate(request([Self.german], to: "xx")))
        == .pairNotServed(source: "auto", target: "xx", served: service.service.pairs))
  }

  @Test func emptyRequestIsAnswered() throws {
    #expect(try service("en-fr").translate(request([], to: "fr")).get().isEmpty)
  }

  private func failure<Value>(_ result: Result<Value, TranslationError>) -> TranslationError? {
    if case .failure(let error) = result { error } else { nil }
  }
}
