import Support
import Testing
import Translation

/// Numbers in notations whose parts mean nothing alone, hours with a half of the day, and numbers without a source.
@Suite struct NumberNotationTests {
  private func translate(_ text: String, to output: String) throws -> TranslatedText {
    try TestService(script: { source, _ in source == text ? output : nil }).translate(text)
  }

  private func spans(_ text: String) -> [String] {
    ProtectedSpanDetector.spans(in: text).map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) }
  }

  @Test(arguments: [
    ("On 14/03/2026 or 3/14/26 and 2026/3/14", ["14/03/2026", "3/14/26", "2026/3/14"]),
    ("Dated 13.5.2028, not 1.000.000", ["13.5.2028"]),
    ("See 5(3) and 12(1)(b), but dog(s) or 1(s)", ["5(3)", "12(1)(b)"]),
    ("He is 6'2\" tall, a 5′10″ man at 60°32′42″ or 9°5'", ["6'2\"", "5′10″", "60°32′42″", "9°5'"]),
    ("Set 1.5e-3 or 6E+23 now", ["1.5e-3", "6E+23"]),
    ("No. 5 is № 5, №\u{A0}12 too", ["№ 5", "№\u{A0}12"]),
    ("Use 10.0.0.0/8 and 192.168.1.7", ["10.0.0.0/8", "192.168.1.7"]),
    ("About 2.4×10⁵ or 3 × 10⁶", ["2.4×10⁵", "3 × 10⁶"]),
    ("They paid $8518537 and 6774801 USD, ref 8518537", ["8518537"]),
    ("Half is 1/2, 24/7, in 2024 (3)", []),
  ])
  func notationsAreProtected(_ text: String, _ expected: [String]) {
    #expect(spans(text) == expected)
  }

  @Test(arguments: ["/", "(", "1(", "1/", "1/1/", "1'", "1e-", "№", "№ ", "× ", "1×10"])
  func longRunsOfNotationsAreRead(_ unit: String) {
    let text = String(repeating: unit, count: 40_000 / unit.utf8.count)
    #expect(spans(text).allSatisfy { !$0.isEmpty })
  }

  /// Hours that a translation moves to the other half of the day, or leaves open.
  @Test(arguments: [
    ("Call me before 10 p.m. please.", "CHAME-ME ANTES DAS 10 HORAS."),

    ("We met at 10:30 PM there.", "ENCONTRAMO-NOS ÀS 10:30 LÁ."),
    ("Closed at 12 a.m. sharp.", "FECHADO ÀS 12 EM PONTO."),
    ("At 6 p.m. we left.", "ÀS SEIS HORAS SAÍMOS."),
  ])
  func otherHalfOfTheDayIsAFault(_ source: String, _ wrong: String) throws {
    let service = try TestService(
      pairs: [("en-pt", LanguagePair(source: "en", target: "pt"))], script: { text, _ in text == source ? wrong : nil })
    let request = TranslationRequest(texts: [source], source: "en", target: "pt")
    let translated = try service.translate(request).get()[0]
    #expect(translated.sentences.contains { $0.repairs.contains { $0.kind == .number } })
    #expect(translated.text.lowercased() == source.lowercased())
  }

  @Test(arguments: [
    ("Call me before 10 p.m. please.", "CHAME-ME ANTES DAS 22 HORAS."),
    ("Call before 10 p.m. please.", "ANTES DAS 22:00."),
    ("Call before 10 p.m. please.", "ANTES DAS 10 DA NOITE."),
    ("Call before 10 p.m. please.", "ANTES DAS DEZ DA NOITE."),
    ("Open at 3:30am today.", "ABERTO ÀS 3:30 HOJE."), ("Open at 3:30 pm today.", "ABERTO ÀS 15h30 HOJE."),
    ("At 12 a.m. sharp.", "À MEIA-NOITE, ÀS 0h EM PONTO."), ("At 12 p.m. sharp.", "ÀS 12 EM PONTO."),
    ("Around 5 P.M. it rained.", "POR VOLTA DAS 5 P.M. CHOVEU."), ("From 1 to 2 p.m. there.", "DAS 13 ÀS 14 LÁ."),
  ])
  func otherWordsForAnHourAreAccepted(_ source: String, _ target: String) throws {
    let service = try TestService(
      pairs: [("en-pt", LanguagePair(source: "en", target: "pt"))], script: { _, _ in target })
    let request = TranslationRequest(texts: [source], source: "en", target: "pt")
    let translated = try service.translate(request).get()[0]
    #expect(translated.text == target)
  }

  @Test(arguments: [
    ("World War II began.", "A SEGUNDA GUERRA MUNDIAL COMEÇOU."),
    ("Pope John III slept.", "O PAPA JOÃO TERCEIRO DORMIU."),
    ("The 3rd floor burns.", "O TERCEIRO ANDAR ARDE."), ("They paid USD 15,000 then.", "PAGARAM US$ 15.000 ENTÃO."),
  ])
  func ordinalsAndCurrenciesInWordsAreAccepted(_ source: String, _ target: String) throws {
    let service = try TestService(
      pairs: [("en-pt", LanguagePair(source: "en", target: "pt"))], script: { _, _ in target })
    let request = TranslationRequest(texts: [source], source: "en", target: "pt")
    #expect(try service.translate(request).get()[0].text == target)
  }

  /// A value that the model changed, repeated or gave another sign.
  @Test(arguments: [

    ("The war of 1753-1772 ended.", "LA GUERRE DE 1753 171772."),
    ("They won 0-0 there.", "ILS ONT GAGNÉ LÀ."), ("The sum was 31.21 then.", "LA SOMME ÉTAIT 31.21 ALORS.21."),
    ("It was -19 degrees.", "C'ÉTAIT .19 DEGRÉS."), ("Only 7/16 of them voted.", "SEULEMENT 7 / 16 % D'EUX."),
    ("It holds 38.6 ml now.", "IL A 38.6 MLM MAINTENANT."), ("We meet at 11:59 there.", "À 11 HECT59 LÀ."),
    ("We meet at 11:59 there.", "À 14 HEURES11 LÀ."), ("We walked 77 m then.", "NOUS AVONS MARCHÉ 77 À LUI."),
  ])
  func changedValueIsTranslatedAgain(_ source: String, _ wrong: String) throws {
    let translated = try translate(source, to: wrong)
    #expect(translated.sentences.contains { $0.repairs.contains { $0.kind == .number } })
    #expect(translated.text.lowercased() == source.lowercased())
  }

  @Test(arguments: [
    ("Open at 3:30am today.", "OUVERT À 15:30 CE JOUR.", "OUVERT À 3:30 CE JOUR."),
    ("The race of 14 March took 2:50 h.", "LA COURSE DU 1 MARS EN 2 H50.", "LA COURSE DU 14 MARS EN 2 H50."),
    ("Sent on 3/14/2026.", "ENVOYÉ LE 3 14/2026.", "SENT ON 3/14/2026."),
    ("Sent on 3/14/2026.", "ENVOYÉ LE 3 14 2026.", "SENT ON 3/14/2026."),
    ("It is at 65°34'39\" north.", "À 65 ANS°34'39\" NORD.", "IT IS AT 65°34'39\" NORTH."),
  ])
  func changedValueIsPutBack(_ source: String, _ wrong: String, _ right: String) throws {
    #expect(try translate(source, to: wrong).text == right)
  }

  /// A number within an identifier is not the number of the same digits beside it.
  @Test func identifierBesideItsDigitsIsNotChanged() throws {
    let id = "34ff5319-c966-4686-a6e0-24b6ead9dbb8"
    let translated = try translate("Order \(id) has 9 pieces.", to: "COMMANDE \(id) A 9 PIÈCES.")
    #expect(translated.text == "COMMANDE \(id) A 9 PIÈCES.")
  }

  /// The tokenizer has no tokens for these signs, which belong to the number beside them.
  @Test(arguments: [
    "\u{2212}4.74", "\u{2212}4 °C", "±9", "§ 155", "9.8‰", "20 °C", "68°F", "20\u{A0}°C", "-5 °C", "-12.5°F",
  ])
  func signWithoutTokensStaysWithItsNumber(_ number: String) throws {
    let unreadable = ScalarTokenizer(unknown: { ["\u{2212}", "±", "§", "‰", "°"].contains($0) })
    let translated = try TestService(tokenizer: unreadable).translate("It was \(number) then.")
    #expect(translated.text == "IT WAS \(number) THEN.")
    #expect(translated.sentences[0].keptLinks.count == 1)
  }
}
