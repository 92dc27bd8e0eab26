import Testing
import Translation

/// No-break spaces within a sentence, with a model that reads and writes ordinary spaces.
@Suite struct NoBreakSpaceTests {
  private func translate(_ source: String, as output: String) throws -> String {
    try TestService(script: { _, _ in output }).translate(source).text
  }

  @Test(arguments: [
    ("It is 10\u{A0}km from here.", "Fica a 10 km daqui.", "Fica a 10\u{A0}km daqui."),
    ("About 25\u{202F}% of it.", "Cerca de 25 % disso.", "Cerca de 25\u{202F}% disso."),
    ("See page\u{A0}12 now.", "Veja a página 12 agora.", "Veja a página\u{A0}12 agora."),
    ("Ask Mr.\u{A0}Smith today.", "Pergunte ao Sr. Smith hoje.", "Pergunte ao Sr.\u{A0}Smith hoje."),
    ("Il dit «\u{A0}oui\u{A0}» !", "Ele diz « sim » !", "Ele diz «\u{A0}sim\u{A0}» !"),
    ("Attention\u{202F}: danger\u{202F}!", "Atenção : perigo !", "Atenção\u{202F}: perigo\u{202F}!"),
    ("From 3\u{A0}kg to 5\u{A0}kg.", "De 3 kg a 5 kg.", "De 3\u{A0}kg a 5\u{A0}kg."),
    ("Wait 30\u{A0}seconds, please.", "Aguarde 30 segundos.", "Aguarde 30\u{A0}segundos."),
    ("It costs €\u{A0}20 or 30 kg.", "Custa € 20 ou 30 kg.", "Custa €\u{A0}20 ou 30 kg."),
    ("Only 10\u{2007}g here.", "Só 10 g aqui.", "Só 10\u{2007}g aqui."),
    ("About 25\u{A0}% of it.", "Cerca de 25% disso.", "Cerca de 25\u{A0}% disso."),
    ("About 25\u{202F}% of it.", "Cerca de 25% disso.", "Cerca de 25\u{202F}% disso."),
    ("It was 20\u{A0}°C there.", "Era 20°C lá.", "Era 20\u{A0}°C lá."),
  ])
  func noBreakSpaceBesideTheSameWordIsKept(_ source: String, _ output: String, _ expected: String) throws {
    #expect(try translate(source, as: output) == expected)
  }

  @Test(arguments: [
    ("The\u{A0}house is red.", "A casa é vermelha."), ("About 25% of it.", "Environ 25 % de cela."),
    ("It is 10 km from here.", "Fica a 10 km daqui."),
  ])
  func otherSpacesStay(_ source: String, _ output: String) throws {
    #expect(try translate(source, as: output) == output)
  }

  @Test(arguments: [
    ("About 25 % of it.", "Environ 25% de cela.", "Environ 25 % de cela."),
    ("Is it red, please?", "Est-ce  rouge   ?", "Est-ce rouge ?"),
    ("Is it  red?", "Est-ce  rouge ?", "Est-ce  rouge ?"),
  ])
  func spacesAreThoseOfTheSource(_ source: String, _ output: String, _ expected: String) throws {
    #expect(try translate(source, as: output) == expected)
  }

  @Test func languageWithoutSpacesBeforeSignsHasNone() throws {
    let pair = LanguagePair(source: "fr", target: "en")
    let service = try TestService(pairs: [(id: "fr-en", pair: pair)], script: { _, _ in "About 25% of it." })
    let request = TranslationRequest(texts: ["Environ 25\u{A0}% de cela."], source: "fr", target: "en")
    #expect(try service.translate(request).get()[0].text == "About 25% of it.")
  }

  /// A sign that a number has beside a space is looked for in the translation.
  @Test(arguments: [
    "It was 20\u{A0}°C then.", "He paid $ 20 then.", "He paid $\u{A0}20 then.", "It is 5\u{202F}€ then.",
  ])
  func signBesideASpaceIsNotLost(_ source: String) throws {
    let text = try translate(source, as: "C'était 20 et 5 alors.")
    #expect(text.contains { "°$€".contains($0) })
  }

  /// A text of nothing but spaces and numbers takes time in proportion.
  @Test func longRowOfNoBreakSpacesIsTranslated() throws {
    let text = Array(repeating: "7", count: 2000).joined(separator: "\u{A0}") + " is it"
    let translated = try TestService().translate(text).text
    #expect(translated.contains("7\u{A0}7"))
  }
}
