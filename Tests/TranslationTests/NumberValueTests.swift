import Support
import Testing
import Translation

/// Numbers whose digits are in a translation and whose value is not: other notations, scales, half of a range, names.
@Suite struct NumberValueTests {
  private func translate(
    _ source: String, to output: String, _ from: String = "en", _ to: String = "fr"
  ) throws -> TranslatedText {
    let pair = LanguagePair(source: from, target: to)
    let service = try TestService(
      pairs: [("\(from)-\(to)", pair)], script: { text, _ in text == source ? output : nil })
    return try service.translate(TranslationRequest(texts: [source], source: from, target: to)).get()[0]
  }

  private func spans(_ text: String) -> [String] {
    ProtectedSpanDetector.spans(in: text).map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) }
  }

  // MARK: Notation

  /// Numbers that a model copies, and that the target language would read as others.
  @Test(arguments: [
    ("We saw 47,245 dogs.", "VIMOS 47,245 CÃES.", "en", "pt", "VIMOS 47.245 CÃES."),
    ("It is 23.687 long.", "TEM 23.687 AO TODO.", "en", "pt", "TEM 23,687 AO TODO."),
    ("They owe $1,234,567.50 now.", "DEVEM $1,234,567.50 AGORA.", "en", "pt", "DEVEM $1.234.567,50 AGORA."),
    ("We saw 47,245 dogs.", "ON A VU 47,245 CHIENS.", "en", "fr", "ON A VU 47\u{A0}245 CHIENS."),
    ("We saw 47,245 dogs.", "47,245 HUNDE DA.", "en", "de", "47.245 HUNDE DA."),
    ("Vimos 47.245 gatos.", "WE SAW 47.245 CATS.", "pt", "en", "WE SAW 47,245 CATS."),
    ("Pesa 12,5 kg ali.", "IT WEIGHS 12,5 KG THERE.", "pt", "en", "IT WEIGHS 12.5 KG THERE."),
    ("On a vu 6\u{202F}085 chats.", "WE SAW 6 085 CATS.", "fr", "en", "WE SAW 6,085 CATS."),
    ("Il a payé 1 234,50 là.", "HE PAID 1 234,50 THERE.", "fr", "en", "HE PAID 1,234.50 THERE."),
  ])
  func copiedNumberIsWrittenAsTheLanguageDoes(
    _ source: String, _ output: String, _ from: String, _ to: String, _ right: String
  ) throws {
    #expect(try translate(source, to: output, from, to).text == right)
  }

  @Test(arguments: [
    ("It is 12.5 or 0.125 now.", "É 12.5 OU 0.125 AGORA.", "pt"), ("See 1.000 now.", "VER 1.000 AGORA.", "pt"),
    ("We saw 47,245 dogs.", "VIO 47,245 PERROS.", "es"), ("We saw 47,245 dogs.", "看到 47,245 只狗.", "zh"),
    ("Sold in 1950 there.", "VENDIDO EM 1950 LÁ.", "pt"), ("See section 2.345 now.", "VER 2.345 AGORA.", "pt"),
  ])
  func numberThatIsReadInOneWayStays(_ source: String, _ output: String, _ to: String) throws {
    #expect(try translate(source, to: output, "en", to).text == output)
  }

  // MARK: Scales

  /// A wrong number before the right word gives way to the right one in its place.
  @Test(arguments: [
    ("Some 1.2 million left.", "ICI, 2,2 MILLIONS LÀ.", "ICI, 1.2 MILLIONS LÀ."),
    ("About 14 billion.", "DANS, 40 MILLIARDS.", "DANS, 14 MILLIARDS."),
  ])
  func wrongNumberOfTheSameScaleIsReplaced(_ source: String, _ wrong: String, _ right: String) throws {
    let translated = try translate(source, to: wrong)
    #expect(translated.text == right)
    #expect(translated.sentences[0].repairs == [Repair(.number, .replaced)])
  }

  /// A word for a power of a thousand that the translation lost, or has with another value.
  @Test(arguments: [
    ("They sold 62 trillion there.", "VENDU 62 TRIOMPHES LÀ.", "en", "fr", "THEY SOLD 62 BILLIONS THERE."),
    ("They sold 5.1 billion.", "VENDU 5,1 BILLIONS.", "en", "fr", "THEY SOLD 5.1 MILLIARDS."),
    ("Umas 891 mil pessoas.", "SOME 891 PEOPLE.", "pt", "en", "UMAS 891 THOUSAND PESSOAS."),
    ("Some 3 million left.", "UNS 3 SAÍRAM.", "en", "pt", "SOME 3 MILHÕES LEFT."),
  ])
  func lostScaleIsPutBack(
    _ source: String, _ wrong: String, _ from: String, _ to: String, _ right: String
  ) throws {
    let translated = try translate(source, to: wrong, from, to)
    #expect(translated.sentences[0].repairs.contains { $0.kind == .number })
    #expect(translated.text.uppercased() == right)
  }

  @Test(arguments: [
    ("They sold 62 trillion there.", "VENDU 62 BILLIONS LÀ.", "en", "fr"),
    ("They sold 62 trillion there.", "VENDU 62 000 MILLIARDS LÀ.", "en", "fr"),
    ("About 5.1 billion.", "CERCA DE 5,1 BILHÕES.", "en", "pt"), ("About 5 billion.", "UNS 5 MIL MILHÕES.", "en", "pt"),
    ("Some 3 million left.", "3 000 000 SONT PARTIS.", "en", "fr"),
    ("Some 3 million left.", "TROIS MILLIONS.", "en", "fr"),
    ("It has 2.5m of it.", "IL EN A 2,5 M.", "en", "fr"), ("About 3 million.", "約300万です。", "en", "ja"),
  ])
  func otherWordsForAScaleAreAccepted(_ source: String, _ output: String, _ from: String, _ to: String) throws {
    #expect(try translate(source, to: output, from, to).sentences[0].repairs.isEmpty)
  }

  // MARK: Words

  @Test(arguments: [
    ("We won 5-6 there.", "GAGNÉ 5 À SIX HEURES LÀ."), ("Pope John VII slept.", "LE PAPE JEAN VIIa DORT."),
    ("He lives at 900 here.", "IL VIT ICI."), ("He lives at No. 61 here.", "IL VIT À Non 61 ICI."),
    ("It took 33min then.", "IL A FALLU 33MININ ALORS."), ("It lands at 05:09 there.", "IL ATTERRIT À 17 h09 LÀ."),
  ])
  func halfOfARangeNameOrMarkThatIsLostIsAFault(_ source: String, _ wrong: String) throws {
    let translated = try translate(source, to: wrong)
    #expect(translated.sentences[0].repairs.contains { $0.kind == .number })
    #expect(translated.text.uppercased() == source.uppercased())
  }

  @Test(arguments: [
    ("It took 5-6 weeks.", "CINQ À SIX SEMAINES."), ("He lives at 900 here.", "IL VIT AU NEUF CENTS ICI."),
    ("He lives at No. 61 here.", "IL VIT AU Nº 61 ICI."), ("It took 33min then.", "33 MINUTES ALORS."),
    ("Pope John VII slept.", "LE PAPE JEAN VIIe DORT."),
  ])
  func otherFormsOfThemAreAccepted(_ source: String, _ output: String) throws {
    #expect(try translate(source, to: output).sentences[0].repairs.isEmpty)
  }

  // MARK: Spans

  @Test(arguments: [
    ("In release 14.8, version 2.10 or Figure 3.4", ["14.8", "2.10", "3.4"]),
    ("See fig. 2.1 and seção 4.2, not 4.2", ["2.1", "4.2"]),
    ("Use release 11.7.65 now", ["11.7.65"]), ("Mix 1:50000 or 1:50,000 of it", ["1:50000", "1:50,000"]),
    ("A 1 1/2 inch board, 2 11/16 long", ["1 1/2", "2 11/16"]), ("Open 24 7/2 or 1/2", []),
    ("In version 2.5, 3 dogs", ["2.5"]), ("Page 2.5 of it", []),
    ("If x < 3 && y > 2 or n = 5", ["x < 3 && y > 2"]), ("Is it > 2 dogs, dogs > 2", []),
  ])
  func numbersOfPartsAndMixedFractionsAreProtected(_ text: String, _ expected: [String]) {
    #expect(spans(text) == expected)
  }
}
