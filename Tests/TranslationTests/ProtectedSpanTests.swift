import Decoding
import Support
import Testing
import Translation

/// Tests of protected spans through the whole service, with a model that changes every letter.
@Suite struct ProtectedSpanTests {
  private func bytes(_ text: String, _ range: Range<Int>) -> String {
    let start = text.utf8.index(text.startIndex, offsetBy: range.lowerBound)
    return String(decoding: text.utf8[start...].prefix(range.count), as: UTF8.self)
  }

  @Test func sentenceWithABrokenSpanIsTranslatedWithAStandIn() throws {
    let text = "See https://x.com/a, or write to a@b.org! 😀"
    let translated = try TestService(attention: [:]).translate(text)
    #expect(translated.text == "SEE https://x.com/a, OR WRITE TO a@b.org! 😀")
    let sentence = translated.sentences[0]
    #expect(sentence.repairs == [Repair(.kept, .retranslated), Repair(.kept, .retranslated)])
    #expect(sentence.keptLinks.map { bytes(sentence.source, $0.source) } == ["https://x.com/a", "a@b.org"])
    #expect(sentence.keptLinks.map { bytes(sentence.target, $0.target) } == ["https://x.com/a", "a@b.org"])
    #expect(translated.sentences.map(\.source) == ["See https://x.com/a, or write to a@b.org!", "😀"])
  }

  @Test func spanThatTheModelKeepsIsNotRepaired() throws {
    let service = try TestService(script: { _, _ in "ALLEZ VOIR {name} SUR {page}." })
    let sentence = try service.translate("On {page} see {name}.").sentences[0]
    #expect(sentence.target == "ALLEZ VOIR {name} SUR {page}.")
    #expect(sentence.repairs.isEmpty)
    #expect(sentence.keptLinks.map { bytes(sentence.source, $0.source) } == ["{page}", "{name}"])
    #expect(sentence.keptLinks.map { bytes(sentence.target, $0.target) } == ["{page}", "{name}"])
  }

  @Test func changedSpanIsReplacedByAttention() throws {
    let service = try TestService(script: { source, _ in
      source.uppercased().replacing("HTTPS://X.C/A", with: "https:/x.c/ä")
    })
    let sentence = try service.translate("See https://x.c/a now").sentences[0]
    #expect(sentence.target == "SEE https://x.c/a NOW")
    #expect(sentence.repairs.allSatisfy { $0.kind == .kept } && sentence.repairs.count == 1)
  }

  /// The attention of this model is off by one after a letter that became two.
  @Test(arguments: ["See https://x.c/a, now", "See Faß Faß (https://x.c/a)", "Fuß,v1.2.3,Fuß", "Faß12,345.6v2.0 Faß"])
  func textBesideASpanIsNotReplaced(_ text: String) throws {
    #expect(try TestService().translate(text).text == expected(text))
  }

  /// The tokenizer has no tokens for letters beyond Latin ones, nor for the tilde.
  @Test(arguments: [
    ("The word שלום means peace.", "THE WORD שלום MEANS PEACE."), ("日本語 is a~b, e\u{323}no", "日本語 IS A~B, e\u{323}no"),
    ("Привет мир", "Привет мир"), ("Seeпривет, https://ж.рф/x ж", "Seeпривет, https://ж.рф/x ж"),
    ("don’t – “go”", "DON'T - \"GO\""),
  ])
  func textWithoutTokensIsUnchanged(_ text: String, _ expected: String) throws {
    let unreadable = ScalarTokenizer(unknown: { $0.value >= 0x300 || $0 == "~" })
    let translated = try TestService(tokenizer: unreadable).translate(text)
    #expect(translated.text == expected)
    #expect(translated.sentences.allSatisfy { $0.repairs.isEmpty })
  }

  @Test func protectedWordsAreReplacedByAttention() throws {
    var request = TranslationRequest(
      texts: ["the <i translate=\"no\">dog</i> ran"], source: "en", target: "fr")
    request.format = .html
    let translated = try TestService().translate(request).get()[0]
    #expect(translated.text == "THE <i translate=\"no\">dog</i> RAN")
  }

  @Test(arguments: ["😀 👍🏽", "https://x.com", "12.5 %", "…", "`code`", "a@b.org, c@d.org", "#1 – {name} → %s"])
  func textWithoutLettersNeedsNoModel(_ text: String) throws {
    let batches = Outcome<Int>()
    let service = try TestService(before: { batches.receive(.success($0.count)) })
    let translated = try service.translate(text, explain: Set(Explanation.allCases))
    #expect(translated.text == text)
    #expect(batches.count == 0)
    #expect(translated.tokens.source == 0)
  }

  @Test func alternativesKeepProtectedSpans() throws {
    let translated = try TestService(script: { _, _ in "VOIR {x}" }).translate("See {x}", alternatives: 2)
    #expect(([translated.text] + translated.alternatives).allSatisfy { $0.contains("{x}") })
    let shouted = try TestService(attention: [:]).translate("See {x} now", alternatives: 2)
    #expect(shouted.alternatives == ["SEE {x} NOW2", "SEE {x} NOW3"])
  }

  @Test func protectedSpansSurvivePivots() throws {
    let service = try TestService(pairs: [
      ("fr-en", LanguagePair(source: "fr", target: "en")), ("en-de", LanguagePair(source: "en", target: "de")),
    ])
    let request = TranslationRequest(texts: ["voir {nom}, le `code`. Fin"], source: "fr", target: "de")
    let translated = try service.translate(request).get()[0]
    #expect(translated.text == "VOIR {nom}, LE `code`. FIN")
    let sentence = translated.sentences[0]
    #expect(sentence.keptLinks.map { bytes(sentence.source, $0.source) } == ["{nom}", "`code`"])
    #expect(sentence.keptLinks.map { bytes(sentence.target, $0.target) } == ["{nom}", "`code`"])
  }

  @Test func alignmentCoversTheWholeSentence() throws {
    let sentence = try TestService().translate("See {x}, é now", explain: [.alignment]).sentences[0]
    for link in sentence.alignment {
      #expect(bytes(sentence.source, link.source).uppercased() == bytes(sentence.target, link.target).uppercased())
    }
    #expect(sentence.alignment.count == 3 + 1 + 1 + 1 + 3)
  }

  /// A model without attention does not show which words a span became.
  @Test func protectedSpansAreKeptWithoutAttention() throws {
    #expect(try TestService(attention: [:]).translate("See {x} now").text == "SEE {x} NOW")
  }

  // MARK: Round trips

  private static let stock = [
    "word", "Zwei", "été", "e\u{301}\u{327}", "שלום", "مرحبا", "\u{202B}abc\u{202C}", "日本語。", "हिन्दी", "क्‍ष", "a\u{200D}b",
    "😀", "👩‍👩‍👧‍👦", "👍🏽", "🇫🇷", "❤️", "https://x.com/a?b=c", "a.b@c.org", "`let x`", "{name}", "%s", "<0/>", "#tag", "@me",
    "v1.2.3", "12,345.6", "Mr.", "end.", "really?!", "“quote”", "…", "\u{FEFF}", "\u{200B}", "\u{A0}", "\u{202F}", "\t",
    "\r\n", "\n\n", "  ", "    ", " ", " ", " ", ",", "Faß", "\u{0}", "src/a.swift", "www.a.org",
  ]

  /// Returns a text with its letters in capitals, except in protected spans.
  private func expected(_ text: String) -> String {
    var (result, cursor) = ("", 0)
    for span in ProtectedSpanDetector.spans(in: text) + [text.utf8.count..<text.utf8.count] {
      let between = bytes(text, cursor..<span.lowerBound).unicodeScalars.map { scalar in
        scalar == "ß" ? "SS" : scalar.isASCII ? String(scalar).uppercased() : String(scalar)
      }
      result += between.joined() + bytes(text, span)
      cursor = span.upperBound
    }
    return result
  }

  @Test(arguments: [200, 23]) func onlyTranslatedTextChanges(positions: Int) throws {
    var state: UInt64 = 7
    // Words that grow would exceed the few positions of the model.
    let stock = positions < 100 ? Self.stock.filter { $0 != "Faß" } : Self.stock
    let texts = (0..<300).map { _ in
      (0..<25).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return stock[Int(state >> 33) % stock.count]
      }.joined()
    }
    let request = TranslationRequest(texts: texts, source: "en", target: "ja")
    let service = try TestService(
      pairs: [("en-ja", LanguagePair(source: "en", target: "ja"))], positions: positions)
    for (text, translated) in zip(texts, try service.translate(request).get()) {
      #expect(Array(translated.text.utf8) == Array(expected(text).utf8))
      for sentence in translated.sentences {
        let source = sentence.sourceStart..<sentence.sourceStart + sentence.source.utf8.count
        #expect(bytes(text, source) == sentence.source)
        let target = sentence.targetStart..<sentence.targetStart + sentence.target.utf8.count
        #expect(bytes(translated.text, target) == sentence.target)
        #expect(
          sentence.keptLinks.allSatisfy { bytes(sentence.source, $0.source) == bytes(sentence.target, $0.target) })
      }
    }
  }

  @Test(arguments: ["word ", "é", "日", "👩‍👩‍👧‍👦", "a, ", "https://x.com/ "])
  func longLineIsTranslatedCompletely(_ unit: String) throws {
    let text = String(repeating: unit, count: 100_000 / unit.utf8.count)
    #expect(try TestService().translate(text).text == expected(text))
  }

  @Test func lineOfSpansIsTranslatedCompletely() throws {
    let text = String(repeating: "x`y` ", count: 2_000)
    #expect(try TestService().translate(text).text == expected(text))
  }
}
