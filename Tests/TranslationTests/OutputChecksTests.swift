import Decoding
import Testing
import Translation

/// Empty translations, loops and wrong numbers.
@Suite struct OutputChecksTests {
  private func translate(
    _ text: String, checksOutput: Bool = true, script: @escaping ShoutingDecoder.Script
  ) throws -> TranslatedText {
    try TestService(configure: { $0.checksOutput = checksOutput }, script: script).translate(text)
  }

  @Test func emptyTranslationIsRetriedWithAMinimumLength() throws {
    let translated = try translate("One. Two.") { source, options in
      source == "Two." && options.minLength == 0 ? "" : nil
    }
    #expect(translated.text == "ONE. TWO.")
    #expect(translated.sentences.map(\.repairs) == [[], [Repair(.empty, .retranslated)]])
    #expect(translated.sentences.allSatisfy { !$0.repetition })
  }

  @Test func secondEmptyTranslationGivesTheSource() throws {
    let translated = try translate("One. Two.") { source, _ in source == "Two." ? "" : nil }
    #expect(translated.text == "ONE. Two.")
    #expect(translated.sentences[1].repairs == [Repair(.empty, .retranslated), Repair(.empty, .echoed)])
  }

  @Test(arguments: ["LA LA LA LA LA", "SO FAR SO GOOD SO GOOD SO GOOD SO GOOD", "AAAAAAAA"])
  func loopIsRetriedWithoutRepeats(_ loop: String) throws {
    let translated = try translate("A song.") { _, options in
      options.uniqueRun == 0 ? loop : options.beam >= 4 ? "UNE CHANSON." : nil
    }
    #expect(translated.text == "UNE CHANSON.")
    #expect(translated.sentences[0].repetition)
    #expect(translated.sentences[0].repairs == [Repair(.repetition, .retranslated)])
  }

  @Test func secondLoopIsCutAfterItsFirstRound() throws {
    let translated = try translate("A song.") { _, _ in "UN AIR LA LA LA LA LA LA" }
    #expect(translated.text == "UN AIR LA")
    #expect(translated.sentences[0].repetition)
    #expect(translated.sentences[0].repairs == [Repair(.repetition, .retranslated), Repair(.repetition, .cut)])
  }

  @Test func loopIsCutIfTheRetryIsEmpty() throws {
    let translated = try translate("A song.") { _, options in options.uniqueRun == 0 ? "UN AIR LA LA LA LA LA" : "" }
    #expect(translated.text == "UN AIR LA")
  }

  @Test(arguments: ["No, no, no, no, no!", "hahahahahaha", "1000000 and 0.0000001", "Wait.......... here", "----- x"])
  func repeatsOfTheSourceAreKept(_ text: String) throws {
    let sentences = try TestService().translate(text).sentences
    #expect(sentences.allSatisfy { !$0.repetition && $0.repairs.isEmpty })
  }

  @Test func withoutChecksTheOutputIsUnchanged() throws {
    let translated = try translate("A song of 1989.", checksOutput: false) { _, _ in "LA LA LA LA LA LA" }
    #expect(translated.text == "LA LA LA LA LA LA")
    #expect(!translated.sentences[0].repetition && translated.sentences[0].repairs.isEmpty)
  }

  // MARK: Numbers

  /// Notations that a translation can choose.
  @Test(arguments: [
    ("It opened at 6.30 a.m. today.", "ABRIU ÀS 6h30 DA MANHÃ HOJE."), ("At 6.30 pm sharp.", "ÀS 18h30 EM PONTO."),
    ("It began at 6.30 a.m. today.", "COMEÇOU ÀS 6.30 DA MANHÃ HOJE."), ("At 9.15 am there.", "À 9:15 LÀ."),
    ("It costs $2.3 billion now.", "CUSTA 2,3 BILHÕES DE DÓLARES AGORA."),
    ("He paid $35 then.", "PAGOU 35 DÓLARES ENTÃO."), ("They paid £27 million.", "PAGARAM 27 MILHÕES DE LIBRAS."),
  ])
  func otherNotationIsNoFault(_ source: String, _ output: String) throws {
    try expectNoRepair(source, output)
  }

  @Test(arguments: [
    ("It opened at 6.30 a.m. today.", "ABRIU ÀS 7h30 HOJE."),
    ("They paid £27 million.", "PAGARAM 27 MILHÕES DE EUROS."),
    ("It is 6.30 metres long.", "TEM 6h30 METROS."),
  ])
  func otherValueIsAFault(_ source: String, _ output: String) throws {
    let translated = try translate(source) { text, _ in text == source ? output : nil }
    #expect(translated.sentences.contains { !$0.repairs.isEmpty })
  }

  @Test(arguments: [
    ("In 1989 it was 25.", "EN 1998 C'ÉTAIT 25.", "EN 1989 C'ÉTAIT 25."),
    ("Perhaps 20 people.", "ENVIRON 2 PERSONNES.", "ENVIRON 20 PERSONNES."),
    ("Use 180 degrees.", "MET 1800 DEGRÉS.", "MET 180 DEGRÉS."),
    ("Take number 150.", "PRENDS LE 1500.", "PRENDS LE 150."), ("Born in 1990.", "NÉ EN 199.", "NÉ EN 1990."),
    ("It was 3.14 then.", "C'ÉTAIT 314.", "C'ÉTAIT 3.14."), ("Sold in 1950.", "VENDU EN 50.", "VENDU EN 1950."),
    ("It is 1,234.5 km.", "C'EST 1.235,5 KM.", "C'EST 1\u{A0}234,5 KM."),
  ])
  func wrongNumberIsReplaced(_ source: String, _ wrong: String, _ right: String) throws {
    let translated = try translate(source) { _, _ in wrong }
    #expect(translated.text == right)
    #expect(translated.sentences[0].repairs == [Repair(.number, .replaced)])
  }

  @Test func lostLongNumberIsPutBack() throws {
    let translated = try translate("It has 4567 dogs.") { source, _ in source.contains("4567") ? "DES CHIENS." : nil }
    #expect(translated.text == "IT HAS 4567 DOGS.")
    #expect(translated.sentences[0].repairs == [Repair(.number, .retranslated)])
  }

  @Test func numberInPartsCountsAsLost() throws {
    let translated = try translate("See 44,513,335.") { source, _ in source == "See X." ? "V. X." : "V. 44,513 335." }
    #expect(translated.text == "V. 44\u{A0}513\u{A0}335.")
  }

  @Test func joinedNumbersCountAsLost() throws {
    let translated = try translate("It has 3 dogs and 456 cats.") { source, _ in
      source.contains("456") ? "TROIS CHIENS ET 3456 CHATS." : nil
    }
    #expect(translated.text == "TROIS CHIENS ET 456 CHATS.")
  }

  @Test(arguments: ["$4.50", "4.50€", "12.5%", "3.5km", "№4567", "1.5x2.5"])
  func symbolsAttachedToANumberStayWithIt(_ number: String) throws {
    let translated = try translate("It was \(number) then.") { source, _ in
      source.contains(number) ? "QUELQUE CHOSE" : nil
    }
    #expect(translated.text == "IT WAS \(number) THEN.")
  }

  @Test func combiningMarkBelongsToTheLetterBeforeTheNumber() throws {
    let translated = try translate("It was e\u{301}4.50 then.") { source, _ in
      source.contains("4.50") ? "QUELQUE CHOSE" : nil
    }
    #expect(Array(translated.text.utf8) == Array("IT WAS E\u{301}4.50 THEN.".utf8))
  }

  @Test(arguments: [("A 3.5 dog.", "3.5"), ("Come at 4:30 now.", "4:30")])
  func exactNumberIsNotTakenForAWord(_ source: String, _ number: String) throws {
    let translated = try translate(source) { source, _ in source.contains(number) ? "QUELQUE CHOSE" : nil }
    #expect(translated.text == source.uppercased())
    #expect(translated.sentences[0].repairs.contains(Repair(.number, .retranslated)))
  }

  @Test(arguments: [
    ("12 dogs and three cats", "DOUZE CHIENS ET 3 CHATS"), ("5:00 p.m.", "17 HEURES"), ("at 4:30", "4H30"),
    ("4:30 p.m.", "16:30"),
    ("Two of 12 dogs", "DEUX DES DOUZE CHIENS"), ("1,234,567.89 euros", "1 234 567,89 EUROS"),
    ("at 5:30 p.m.", "À 17 H 30"), ("2.5 million", "2 500 000"), ("the 90s", "LES ANNÉES 1990"),
    ("٣ كتب", "3 LIVRES"), ("a hundred and 1000", "CENT ET MILLE"), ("two dogs", "2 CHIENS"),
    ("12.000 Stück", "12 000 PIÈCES"), ("July 4, 2024", "4 JUILLET 2024"), ("call 06 12 34", "APPELER LE 061234"),
  ])
  func equivalentNumbersAreAccepted(_ source: String, _ target: String) throws {
    try expectNoRepair(source, target)
  }

  /// Signs that join numbers.
  @Test(arguments: [
    ("We won 3-0 there.", "GAGNÉ 3 0 LÀ.", "GAGNÉ 3-0 LÀ."), ("It is 5/8 full.", "PLEIN À 5 8.", "PLEIN À 5/8."),
    ("A 1920×1080 screen.", "UN ÉCRAN 1920 1080.", "UN ÉCRAN 1920×1080."),
  ])
  func signBetweenNumbersIsPutBack(_ source: String, _ wrong: String, _ right: String) throws {
    #expect(try translate(source) { _, _ in wrong }.text == right)
  }

  @Test(arguments: [
    ("Add 1/2 cup of milk.", "AJOUTEZ 2 TASSES DE LAIT."), ("Add 1/2 tsp.", "AJOUTEZ 1 ET DEMIE."),
    ("About 3/4 of it.", "À PEU PRÈS 4 DE ÇA."), ("We use 250 ml now.", "ON USE 250 MAUX."),
    ("It weighs 5 kg.", "ÇA PÈSE 5 ANS."), ("They paid USD 40.", "ILS ONT PAYÉ L'ARTICLE 40."),
    ("They paid 40 CHF.", "ILS ONT PAYÉ 40 ÂNES."),
    ("A 21-year-old man.", "UN HOMME DE VINGT ANS."), ("Some 71 dogs.", "SOIXANTE ET DIX CHIENS."),
    ("King Louis XIV slept.", "LE ROI LOUIS BIX DORT."), ("Built in MMXXVI.", "BÂTI EN CARXXIVA."),
    ("They found [3] then.", "ILS TROUVÈRENT [] ALORS."), ("It is 50 km/h or 31 mph.", "C'EST 50 KM/H OU 31."),
  ])
  func lostFractionUnitAndNumeralAreTranslatedAgain(_ source: String, _ wrong: String) throws {
    let translated = try translate(source) { text, _ in text == source ? wrong : nil }
    #expect(translated.sentences[0].repairs.contains { $0.kind == .number })
    #expect(translated.text.lowercased() == source.lowercased())
  }

  @Test(arguments: [
    ("Star Wars", "A GUERRA (EM INGLÊS)", "A GUERRA"), ("FAQ", "FAQ (", "FAQ"), ("Hmmm.", "HMMM (A).", "HMMM."),
    ("Log out", "SAIR (EM", "SAIR"), ("Tom & Jerry!", "TOM & JERRY (FILME)!", "TOM & JERRY!"),
    ("Acme Ltd.", "ACME LTD. (A).", "ACME LTD."),
  ])
  func bracketsThatTheSourceDoesNotHaveAreCut(_ source: String, _ output: String, _ expected: String) throws {
    let translated = try translate(source) { _, _ in output }
    #expect(translated.text == expected)
    #expect(translated.sentences[0].repairs == [Repair(.added, .cut)])
  }

  @Test(arguments: [
    ("Star Wars (film)", "A GUERRA (FILME)"), ("He, the king, came.", "ELE (O REI) VEIO."), ("a [b] c", "A C (B)"),
    ("It is 5 miles.", "SÃO 5 MILHAS (8 KM)."),
    ("Stay here, friend of mine, for ever.", "FICA AQUI (MEU AMIGO DE SEMPRE E PARA SEMPRE)."),
    ("Yes", "(SIM)"),
  ])
  func otherBracketsStay(_ source: String, _ output: String) throws {
    #expect(try translate(source) { _, _ in output }.text == output)
  }

  @Test func bracketsAroundAPlaceholderStay() throws {
    #expect(try translate("See {n} now") { _, _ in "VOIR ({n})" }.text == "VOIR ({n})")
  }

  @Test func wordThatBeginsLikeANumberDoesNotStandForIt() throws {
    let source = "They found 14.03.2026 there."
    let translated = try translate(source) { text, _ in text == source ? "ILS TROUVÈRENT 14.02.2026 LÀ." : nil }
    #expect(translated.text == "THEY FOUND 14.03.2026 THERE.")
  }

  @Test(arguments: [
    ("Add 1/2 cup.", "AJOUTEZ ½ TASSE."), ("At 11:00 sharp.", "À 11 H 00 PILE."),
    ("Some 21 dogs.", "VINGT ET UN CHIENS."), ("Some 31 bees.", "TRENTE ET UNE ABEILLES."),
    ("Add 1/2 cup.", "AJOUTEZ UNE DEMI-TASSE."),
    ("About 3/4 of it.", "À PEU PRÈS ¾."),
    ("pages 12-18", "PAGES 12 À 18"), ("It weighs 5 kg.", "ÇA PÈSE 5 KILOS."),
    ("100MB is enough.", "100 MO SUFFISENT."),
    ("They paid USD 40.", "ILS ONT PAYÉ 40 DOLLARS."), ("Louis XIV slept.", "LOUIS QUATORZE DORT."),
    ("the 14th century", "LE XIVe SIÈCLE"), ("XIX century", "LE 19e SIÈCLE"), ("the 5th century", "LE Ve SIÈCLE"),
    ("the 4th floor", "LE QUATRIÈME ÉTAGE"), ("3–5 days", "3-5 JOURS"), ("I vote for MIX and CD", "JE VOTE POUR ÇA"),
  ])
  func otherFormsOfFractionsUnitsAndNumeralsAreAccepted(_ source: String, _ target: String) throws {
    try expectNoRepair(source, target)
  }

  private func expectNoRepair(_ source: String, _ target: String) throws {
    let translated = try translate(source) { _, _ in target }
    #expect(translated.text == target)
    #expect(translated.sentences.allSatisfy { $0.repairs.isEmpty })
  }
}
