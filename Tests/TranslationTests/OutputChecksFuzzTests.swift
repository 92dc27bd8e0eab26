import Foundation
import Support
import Testing
import Translation

/// The repairs of translations that lost, moved or changed the parts of their sources.
@Suite struct OutputChecksFuzzTests {
  @Test(arguments: 0..<4)
  func everyDamageEndsInATranslation(_ seed: Int) throws {
    let service = try TestService(script: { source, options in
      var damage = Damage(source, round: options.minLength + 2 * options.uniqueRun + 3 * options.beam)
      return damage.made()
    })
    var writer = SourceWriter(seed: UInt64(seed))
    let texts = (0..<60).map { _ in writer.text() }
    let request = TranslationRequest(texts: texts, source: "en", target: "fr", alternatives: 1, explain: [.alignment])
    let translated = try service.translate(request).get()
    #expect(translated.count == texts.count)
    for (text, translation) in zip(texts, translated) {
      #expect(!translation.text.isEmpty, "\(text)")
      for sentence in translation.sentences {
        for link in sentence.alignment + sentence.keptLinks {
          #expect(link.source.upperBound <= sentence.source.utf8.count, "\(text)")
          #expect(link.target.upperBound <= sentence.target.utf8.count, "\(text)")
        }
        // The texts within a message are translated.
        for kept in sentence.keptLinks where !sentence.source.contains("plural") {
          #expect(
            Array(sentence.source.utf8)[kept.source].elementsEqual(Array(sentence.target.utf8)[kept.target]), "\(text)")
        }
      }
    }
  }

  /// A sign that was left out belongs in front of a number that was changed.
  @Test(arguments: [
    ("≈ 45 dogs", "54 DOGS", "≈ 45 DOGS"), ("→ 120 dogs", "12 DOGS", "→ 120 DOGS"),
  ])
  func signAndNumberAtOnePlaceAreBothRepaired(_ source: String, _ wrong: String, _ right: String) throws {
    let service = try TestService(script: { text, _ in text == source ? wrong : nil })
    let translated = try service.translate(source)
    #expect(translated.text == right)
  }
}

/// Makes texts of words and of all that a translation must keep.
private struct SourceWriter {
  private var random: SplitMix

  private static let parts = [
    "dog", "the cat", "house", "of", "Ayşegül", "naïve", "−40 °F", "~30", "≈ 4.5", "±2", "№ 5", "§ 12", "12°",
    "3/14/2026",
    "1,024", "3.14", "10⁶", "½", "m²", "16:9", "1990s", "{name}", "%s", "%(n)d", "https://e.org/a?b=1", "a@b.org",
    "`x`",
    "[here](https://e.org)", "(", ")", "«", "»", "\u{A0}", "🙂", "→", "…", "™", "€5", "$2.5 million",
    "ISBN 978-3-16-148410-0",
    "<0.05", "n=7", "#3", "B-204", "____", ".", ",", "!", "12 p.m.", "٣", "0x1F", "v2.3.1", "2½", "x²",
    "{n, plural, one {# dog} other {# dogs}}",
  ]

  init(seed: UInt64) { random = SplitMix(state: seed) }

  mutating func text() -> String {
    var text = ""
    for _ in 0..<Int.random(in: 1...9, using: &random) {
      text += Self.parts.randomElement(using: &random) ?? ""
      if Int.random(in: 0..<5, using: &random) > 0 { text += " " }
    }
    return text.trimmingCharacters(in: .whitespaces).isEmpty ? "dog" : text
  }
}

/// The output of a model that damages its source, always in one way for one source and round.
private struct Damage {
  private var random: SplitMix
  private let source: String

  init(_ source: String, round: Int) {
    self.source = source
    let hash = source.utf8.reduce(UInt64(round) &+ 14_695_981_039_346_656_037) {
      ($0 ^ UInt64($1)) &* 1_099_511_628_211
    }
    random = SplitMix(state: hash)
  }

  mutating func made() -> String {
    guard Int.random(in: 0..<12, using: &random) > 0 else { return "" }
    var words = source.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    for _ in 0..<Int.random(in: 0...3, using: &random) { damage(&words) }
    return words.joined(separator: " ")
  }

  private mutating func damage(_ words: inout [String]) {
    guard let index = words.indices.randomElement(using: &random) else { return }
    switch Int.random(in: 0..<9, using: &random) {
    case 0: words.remove(at: index)
    case 1: words.swapAt(index, words.indices.randomElement(using: &random) ?? index)
    case 2: words.insert(words[index], at: index)
    case 3: words[index] = words[index].uppercased()
    case 4: words[index] = words[index].precomposedStringWithCompatibilityMapping
    case 5: words[index] = String(words[index].map { $0.isNumber ? "7" : $0 })
    case 6: words[index] = String(words[index].dropFirst())
    case 7: words[index] = String(words[index].unicodeScalars.filter(\.isASCII))
    default: words[index] = words[index].map(String.init).joined(separator: " ")
    }
  }
}
