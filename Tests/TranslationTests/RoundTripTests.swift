import Foundation
import Models
import Support
import Testing
import Translation

/// The model of the repository.
private enum EnglishToFrench {
  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("models/zoo/en-fr-captions").path
  static let isThere = FileManager.default.fileExists(atPath: directory + "/model.safetensors")
}

/// A real model, and texts with what must not change in them.
@Suite(.enabled(if: EnglishToFrench.isThere, "models/zoo/en-fr-captions is not there")) struct RoundTripTests {
  private func service() throws -> TranslationService {
    let model = try LoadedModel(directory: EnglishToFrench.directory, pair: LanguagePair(source: "en", target: "fr"))
    return try TranslationService(
      configuration: ServiceConfiguration(modelDirectories: [], workers: 2), models: [model])
  }

  private func translate(_ texts: [String], _ service: TranslationService) throws -> [TranslatedText] {
    let outcome = Outcome<[TranslatedText]>()
    service.translate(
      TranslationRequest(texts: texts, source: "en", target: "fr", beam: 1), completion: outcome.receive)
    return try outcome.wait(seconds: 120).get()
  }

  private func bytes(_ text: String, _ range: Range<Int>) -> String {
    String(decoding: Array(text.utf8)[range], as: UTF8.self)
  }

  /// All that is not translated is there: what stands between the sentences, every span that is kept, every number of
  /// three digits and more.
  private func check(_ text: String, _ translated: TranslatedText) {
    var (source, target) = (0, 0)
    for sentence in translated.sentences {
      let gap = bytes(text, source..<sentence.sourceStart)
      let written = bytes(translated.text, target..<sentence.targetStart)
      #expect(written == gap || (gap.isEmpty && written == " "), "in front of \(sentence.source)")
      source = sentence.sourceStart + sentence.source.utf8.count
      target = sentence.targetStart + sentence.target.utf8.count
      #expect(bytes(text, sentence.sourceStart..<source) == sentence.source)
      #expect(bytes(translated.text, sentence.targetStart..<target) == sentence.target)
      check(sentence)
    }
    #expect(Array(text.utf8)[source...] == Array(translated.text.utf8)[target...])
  }

  private func check(_ sentence: TranslatedSentence) {
    let kept = ProtectedSpanDetector.spans(in: sentence.source)
    for span in kept {
      #expect(sentence.keptLinks.contains { $0.source == span }, "\(sentence.source) became \(sentence.target)")
    }
    for link in sentence.keptLinks {
      #expect(bytes(sentence.source, link.source) == bytes(sentence.target, link.target))
    }
    for foreign in sentence.source.matches(of: /[\p{Hebrew}\p{Arabic}\p{Han}\p{Devanagari}\p{Cyrillic}\x{200D}\p{M}]+/)
    {
      #expect(sentence.target.contains(foreign.output), "\(sentence.source) became \(sentence.target)")
    }
  }

  private static let prose = [
    "A man in a blue shirt is standing on a ladder", "Two young women are sitting in the grass",
    "a brown dog runs through the snow", "Three people wait for the bus", "is the woman singing?", "He’s “here”!",
    "The boy eats an apple.", "People walk along the street…", "Mr. Smith", "(see below)", "at 3.30 p.m.",
  ]
  private static let spans = [
    "https://example.com/a?b=c&d=%20e#f", "www.example.org/x_(y)", "jane.doe+x@mail.example.com", "`let x = 1`",
    "{name}",
    "{{ count }}", "%1$s", "%d", "${HOME}", "<0/>", "😀", "👩‍👩‍👧‍👦", "👍🏽", "🇫🇷", "❤️", "@jane_doe", "#Winter2024", "v2.10.3",
    "123456789", "+33 6 12 34 56 78", "/usr/local/bin", "C:\\Users\\me", "report_final.pdf", "→",
  ]
  private static let foreign = ["שלום", "مرحبا بالعالم", "日本語", "हिन्दी", "क्‍ष", "Привет", "e\u{301}\u{327}x", "a\u{200D}b"]
  private static let space = [
    " ", " ", " ", " ", " ", ", ", "\n", "\r\n\r\n", "\t", "  ", "    ", "\u{A0}", "\u{202F}", "\u{200B}", ". ",
    "\u{FEFF}",
  ]

  private func generated(_ count: Int) -> [String] {
    var random = SplitMix(state: 21)
    return (0..<count).map { _ in
      (0..<12).map { _ in
        let stock = [Self.prose, Self.prose, Self.spans, Self.foreign].randomElement(using: &random) ?? []
        return (stock.randomElement(using: &random) ?? "") + (Self.space.randomElement(using: &random) ?? "")
      }.joined()
    }
  }

  @Test func roundTripLosesNothing() throws {
    let texts = generated(120)
    for (text, translated) in zip(texts, try translate(texts, service())) { check(text, translated) }
  }

  @Test func everyKindOfSpanSurvivesAnywhere() throws {
    let service = try service()
    for frame in ["% is here.", "Two dogs run to % now.", "See the page %", "A man, %, sleeps."] {
      let texts = Self.spans.map { frame.replacing("%", with: $0) }
      for (text, translated) in zip(texts, try translate(texts, service)) { check(text, translated) }
    }
  }

  @Test(arguments: ["12", "345", "1,234", "2024", "3.5", "98,765", "4:30"])
  func numbersAreUnchanged(_ number: String) throws {
    let texts = ["A group of % people.", "In % a dog ran.", "The number % is on his shirt."].map {
      $0.replacing("%", with: number)
    }
    for (text, translated) in zip(texts, try translate(texts, service())) {
      let digits = translated.text.filter(\.isNumber)
      #expect(digits == number.filter(\.isNumber) || (number == "12" && digits.isEmpty), "\(text) → \(translated.text)")
    }
  }

  @Test func translationIsIndependentOfTheBatch() throws {
    let texts = Array(generated(24))
    let service = try service()
    let together = try translate(texts, service)
    for (text, expected) in zip(texts, together) {
      let alone = try translate([text], service)[0]
      #expect(alone.text == expected.text)
      #expect(alone.sentences.map(\.repairs) == expected.sentences.map(\.repairs))
    }
  }

  @Test(arguments: [
    "A dog runs in the snow, ", "A dog runs. ", "日本語", "שלום ", "😀 ", "e\u{301}\u{327}", "https://x.com/a ", "👩‍👩‍👧‍👦",
    "“Go” – ",
  ])
  func aLineOfAHundredThousandBytes(_ unit: String) throws {
    let text = String(repeating: unit, count: 100_000 / unit.utf8.count)
    check(text, try translate([text], service())[0])
  }
}
