import Decoding
import Support
import Testing
import Translation

/// Sentences that are translated with stand-ins for what the model would break, with a model that capitalises.
@Suite struct StandInTests {
  private func translate(_ text: String, script: @escaping ShoutingDecoder.Script = { _, _ in nil }) throws
    -> TranslatedText
  {
    try TestService(script: script).translate(text)
  }

  @Test func brokenSpanIsReadAsALetter() throws {
    let translated = try translate("Available in %(country)s from %(start_date)s") { source, _ in
      source == "Available in X from Z" ? "Disponible en X depuis Z" : "Disponible. A partir."
    }
    #expect(translated.text == "Disponible en %(country)s depuis %(start_date)s")
    #expect(translated.sentences[0].repairs.allSatisfy { $0 == Repair(.kept, .retranslated) })
  }

  @Test func standInIsALetterThatTheTextDoesNotHave() throws {
    let translated = try translate("See X in {name} now") { source, _ in
      source == "See X in Z now" ? "Voir X dans Z" : "Rien"
    }
    #expect(translated.text == "Voir X dans {name}")
  }

  @Test func otherStandInIsTriedThenPieces() throws {
    let second = try translate("Go to {name} now") { source, _ in
      source == "Go to X2 now" || source == "Go to X1 now" ? "Va à \(source.contains("X2") ? "X2" : "X1")" : "Rien"
    }
    #expect(second.text == "Va à {name}")
    let pieces = try translate("Go to {name} now") { source, _ in
      ["Go to": "Va à.", "now": "Maintenant."][source] ?? "Rien"
    }
    #expect(pieces.text == "Va à {name} maintenant")
  }

  @Test func furtherHypothesisIsTaken() throws {
    let translated = try translate("See {name} now") { source, options in
      source.contains("{") ? "Rien" : options.hypotheses > 1 ? nil : "Rien"
    }
    #expect(translated.text == "SEE {name} NOW")
  }

  @Test func unreadNameIsReadWithoutAccents() throws {
    let unreadable = ScalarTokenizer(unknown: { $0.value >= 0x100 })
    let service = try TestService(
      tokenizer: unreadable,
      script: { source, _ in
        source == "My friend Aysegul lives in Mugla." ? "Meu amigo Aysegul mora em Mugla." : nil
      })
    #expect(try service.translate("My friend Ayşegül lives in Muğla.").text == "Meu amigo Ayşegül mora em Muğla.")
  }

  /// Letters of all scripts with spaces belong to their word, whatever part of Unicode they are in.
  @Test(arguments: [("Nguyễn", "Nguyen"), ("Trỗi", "Troi"), ("Ḥasan", "Hasan"), ("Nẵng", "Nang"), ("Łukasz", "Lukasz")])
  func unreadLetterBelongsToItsWord(_ name: String, _ plain: String) throws {
    let unreadable = ScalarTokenizer(unknown: { $0.value >= 0x100 })
    let service = try TestService(
      tokenizer: unreadable,
      script: { source, _ in source == "I met \(plain) today." ? "J'ai vu \(plain) ici." : "Rien." })
    #expect(try service.translate("I met \(name) today.").text == "J'ai vu \(name) ici.")
  }

  @Test func unreadSignIsLeftOutAndPutBack() throws {
    let unreadable = ScalarTokenizer(unknown: { $0.value >= 0x300 })
    #expect(try TestService(tokenizer: unreadable).translate("I love 🍕 and you.").text == "I LOVE 🍕 AND YOU.")
  }

  /// A sign that cannot be read is beside another span that is read as a word.
  @Test(arguments: [
    "☃ 2024 Acme Ltd. is here.", "☃☃ 2024 is here.", "Go ☃ 2024☃ now.", "☃ {name} is ☃{name} here.", "a ☃ ☃ 24 ☃ b",
    "Is ☃ 24,5 ☃ 100 % here?", "☃ I met Ŏlga 2024 ☃ here.",
  ])
  func signsBesideOtherSpansAreKept(_ source: String) throws {
    for unknown: @Sendable (Unicode.Scalar) -> Bool in [
      { $0.value >= 0x300 }, { $0.value >= 0x100 || $0 == "2" }, { $0.value >= 0x100 || $0 == " " },
      { $0.value >= 0x100 || ("0"..."9").contains($0) },
    ] {
      let translated = try TestService(tokenizer: ScalarTokenizer(unknown: unknown)).translate(source)
      for part in ["☃", "2024", "24"] where source.contains(part) { #expect(translated.text.contains(part)) }
    }
  }

  @Test(arguments: [
    ("There are 10⁶ of it.", "HÁ 106 DELE.", "HÁ 10⁶ DELE."),
    ("Our brand™ is old.", "NOSSA MARCATM É.", "NOSSA MARCA™ É."),
    ("In mc² it is.", "EM MC2 É.", "EM mc² É."), ("Add ½ cup.", "MAIS 1/2 XÍCARA.", "MAIS ½ XÍCARA."),
  ])
  func compatibleCharactersAreTurnedBack(_ source: String, _ output: String, _ expected: String) throws {
    #expect(try translate(source) { _, _ in output }.text == expected)
  }

  @Test(arguments: [
    ("DID YOU KNOW?", "Did you know?"), ("MAY I COME {name}?", "May I come X?"), ("WARNING", "Warning"),
    ("AT 5 O'CLOCK, NO ENTRY", "At 5 o'clock, no entry"),
  ])
  func lineInCapitalsIsReadInSmallLetters(_ source: String, _ read: String) throws {
    let translated = try translate(source) { text, _ in text == read ? "Ça " + read.dropFirst() : "?" }
    let expected = ("Ça " + read.dropFirst()).uppercased().replacing("X?", with: "{name}?")
    #expect(translated.text == expected)
  }

  /// A vocabulary can lack capitals with accents: the line is read in the small letters that it has.
  @Test func unreadCapitalIsReadInSmallLetters() throws {
    let unreadable = ScalarTokenizer(unknown: { "ÊÃ🍕".unicodeScalars.contains($0) })
    let service = try TestService(
      tokenizer: unreadable,
      script: { source, _ in
        ["Você sabia?": "Did you know?", "Não abra a porta.": "Do not open the door."][source] ?? "?"
      })
    #expect(try service.translate("VOCÊ SABIA?").text == "DID YOU KNOW?")
    #expect(try service.translate("NÃO ABRA A PORTA.").text == "DO NOT OPEN THE DOOR.")
  }

  @Test(arguments: ["NATO", "USA", "IBM PC", "Not ALL of it"])
  func abbreviationIsReadAsItIs(_ source: String) throws {
    #expect(try translate(source) { text, _ in text == source ? "oui" : "non" }.text == "oui")
  }

  @Test func rowsAreNotRead() throws {
    let translated = try translate("Name: ____________ Date: ____________")
    #expect(translated.text == "NAME: ____________ DATE: ____________")
    #expect(try translate("Chapter one ........ 12").text == "CHAPTER ONE ........ 12")
    #expect(translated.sentences.allSatisfy { !$0.repetition })
  }

  @Test func spaceAfterAnUnreadSignStays() throws {
    let service = try TestService(tokenizer: ScalarTokenizer(unknown: { $0.value >= 0x300 }))
    #expect(try service.translate("⁂ Bread").text == "⁂ BREAD")
    #expect(try service.translate("• Bread").text == "• BREAD")
  }

  @Test func spacesAroundSpansAreThoseOfTheSource() throws {
    #expect(try translate("See {n} dogs") { _, _ in "VOIR{n}CHIENS" }.text == "VOIR {n} CHIENS")
    #expect(try translate("the [b]big[/b] dog") { _, _ in "LE [b] GROS [/b] CHIEN" }.text == "LE [b]GROS[/b] CHIEN")
    #expect(try translate("of 16 women") { _, _ in "deux femmes16" }.text == "deux femmes 16")
  }

  // MARK: Messages

  @Test(arguments: [
    ("You have {n, plural, one {# dog} other {# dogs}}.", "YOU HAVE {n, plural, one {# DOG} other {# DOGS}}."),
    ("{g, select, male {he ran} other {they ran}}", "{g, select, male {HE RAN} other {THEY RAN}}"),
    (
      "{g, select, other {{n, plural, =0 {no cat} other {# cats}} of {name}}} end",
      "{g, select, other {{n, plural, =0 {NO CAT} other {# CATS}} OF {name}}} END"
    ),
    ("{n, plural, one {a", "{N, PLURAL, ONE {A"),
  ])
  func variantsOfMessagesAreTranslated(_ source: String, _ expected: String) throws {
    let translated = try translate(source)
    #expect(translated.text == expected)
  }

  @Test func argumentsOfMessagesAreTranslatedInAlternativesToo() throws {
    let translated = try TestService(attention: [:]).translate(
      "See {n,plural,other{a cat}} or {n} now", alternatives: 2)
    #expect(translated.text == "SEE {n,plural,other{A CAT}} OR {n} NOW")
    #expect(
      translated.alternatives == [
        "SEE {n,plural,other{A CAT}} OR {n} NOW2", "SEE {n,plural,other{A CAT}} OR {n} NOW3",
      ])
  }
}
