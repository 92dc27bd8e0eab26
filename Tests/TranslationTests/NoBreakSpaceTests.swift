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
  ])
  func noBreakSpaceBesideTheSameWordIsKept(_ source: String, _ output: String, _ expected: String) throws {
    #expect(try translate(source, as: output) == expected)
  }

  @Test(arguments: [
    ("The\u{A0}house is red.", "A casa é vermelha."), ("About 25\u{A0}% of it.", "Cerca de 25% disso."),
    ("It is 10 km from here.", "Fica a 10 km daqui."),
  ])
  func otherSpacesStay(_ source: String, _ output: String) throws {
    #expect(try translate(source, as: output) == output)
  }

  /// A text of nothing but spaces and numbers takes time in proportion.
  @Test func longRowOfNoBreakSpacesIsTranslated() throws {
    let text = Array(repeating: "7", count: 2000).joined(separator: "\u{A0}") + " is it"
    let translated = try TestService().translate(text).text
    #expect(translated.contains("7\u{A0}7"))
  }
}
