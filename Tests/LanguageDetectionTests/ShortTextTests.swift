import Foundation
import LanguageDetection
import Support
import Testing

/// Greetings and single words, with all languages that each is common in.
@Suite struct ShortTextTests {
  private let detector: LanguageDetector

  init() throws { detector = try LanguageDetector.standard.get() }

  private func texts(_ name: String) throws -> [(languages: [String], text: String)] {
    let file = URL(fileURLWithPath: MarianFixture.root).appendingPathComponent("languages/\(name).tsv")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
      let parts = line.split(separator: "\t")
      guard parts.count == 2 else { return nil }
      return (parts[0].split(separator: " ").map(String.init), String(parts[1]))
    }
  }

  private func wrong(_ texts: [(languages: [String], text: String)]) -> [String] {
    texts.compactMap { languages, text in
      guard let found = detector.detect(text).first?.language else { return text }
      return languages.contains(found) ? nil : "\(text): \(found)"
    }
  }

  /// models/languages.md has the figures: 53 of 54 and 480 of 500 are right.
  @Test func greetingsAreOfTheirLanguages() throws {
    let greetings = try texts("greetings")
    let wrong = wrong(greetings)
    #expect(greetings.count == 54)
    #expect(wrong.count <= 2, "\(wrong)")
  }

  @Test func wordsOfTwentyLanguagesAreOfTheirLanguages() throws {
    let words = try texts("short_texts")
    let wrong = wrong(words)
    #expect(words.count == 500)
    #expect(wrong.count <= 25, "\(wrong)")
  }

  /// Texts that were written after all was fitted, for a server of all their languages.
  @Test func everydayTextsAreOfTheirLanguages() throws {
    let texts = try texts("everyday")
    let served = NamedLanguages(Set(texts.flatMap(\.languages)), of: detector)
    let wrong = texts.filter { languages, text in
      !languages.contains(detector.detect(text, served: served).first?.language ?? "")
    }
    #expect(texts.count == 500)
    #expect(wrong.count <= 25, "\(wrong.map(\.text))")
  }

  /// Words of fourteen languages for a server of three others. Some of the words are theirs too, such as "station".
  @Test func wordsThatOnlyOthersListAreNotServed() throws {
    let served = NamedLanguages(["en", "fr", "pt"], of: detector)
    let words = try texts("unserved")
    let taken = words.filter { detector.detect($0.text, served: served).first?.isServed == true }.map(\.text)
    #expect(words.count == 420)
    #expect(taken.count <= 34, "\(taken)")
  }

  @Test(arguments: ["Anna", "Schmidt", "Berlin", "Madrid", "Zürich", "Müller"])
  func nameAloneIsServed(text: String) {
    let served = NamedLanguages(["en", "de"], of: detector)
    #expect(detector.detect(text, served: served).first?.isServed == true)
  }

  /// A server that translates between two languages takes few texts of its own for those of another.
  @Test func wordsOfServedLanguagesAreServed() throws {
    let served = NamedLanguages(["en", "de"], of: detector)
    let words = try texts("short_texts") + texts("greetings")
    let own = words.filter { $0.languages.contains("en") || $0.languages.contains("de") }
    let wrong = own.filter { detector.detect($0.text, served: served).first?.isServed != true }.map(\.text)
    #expect(wrong.count <= 3, "\(wrong)")
  }

  @Test(arguments: ["HELLO", "Hello", "hello!", " hello ", "«hello»"])
  func caseAndSignsDoNotMatter(text: String) {
    #expect(detector.detect(text).first?.language == "en")
  }

  @Test(arguments: ["Straße", "trẻ em", "długo", "şeker", "čekat", "größer", "Šťastný"])
  func wordWithALetterOfNoServedLanguageIsNotServed(text: String) {
    let served = NamedLanguages(["en", "fr", "pt"], of: detector)
    #expect(detector.detect(text, served: served).first?.isServed == false)
  }

  @Test(arguments: ["café", "résumé", "coração", "ÉTÉ", "œuvre", "naïve"])
  func wordWithALetterOfAServedLanguageIsServed(text: String) {
    let served = NamedLanguages(["en", "fr", "pt"], of: detector)
    #expect(detector.detect(text, served: served).first?.isServed == true)
  }

  @Test func nameWithAForeignLetterDoesNotChangeASentence() {
    let served = NamedLanguages(["en", "fr", "pt"], of: detector)
    let text = "My friend Ayşegül lives in Muğla with her mother."
    #expect(detector.detect(text, served: served).first?.language == "en")
  }

  @Test func sharpSIsDoubleS() {
    #expect(detector.detect("Straße").first?.language == "de")
    #expect(detector.detect("straße").first?.confidence == detector.detect("Straße").first?.confidence)
  }
}
