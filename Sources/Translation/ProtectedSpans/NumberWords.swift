import Foundation
import Synchronization

/// The words of a language for the numbers up to a hundred and for the powers of ten.
///
/// They are those of Unicode CLDR (rule-based number formats). Words that inflect are recognized by their
/// first letters.
struct NumberWords: Sendable {
  private static let known = Mutex<[String: NumberWords]>([:])
  /// The least letters of a word that are compared.
  private static let stem = 3
  /// The most letters that an ending adds.
  private static let maxEnding = 5
  /// Languages whose words for numbers keep all their letters, or lose a vowel, when an ending is added.
  private static let withoutInflection: Set<String> = [
    "af", "ca", "da", "de", "en", "es", "fr", "gl", "id", "it", "ms", "nb", "nl", "nn", "no", "oc", "pt", "ro", "sv",
    "tr", "vi",
  ]

  /// By the number, its words in lower case; empty if the language has none there.
  private let words: [Int: [String]]
  private let isSpaced: Bool
  /// Whether the ends of words change.
  private let inflects: Bool
  private let two: String?

  /// - Parameter language: a code such as `pt` or `zh_CN`.
  static func of(_ language: String) -> NumberWords {
    let code = String(language.prefix { $0 != "_" && $0 != "-" })
    if let found = known.withLock({ $0[code] }) { return found }
    let made = NumberWords(code)
    known.withLock { $0[code] = made }
    return made
  }

  private init(_ code: String) {
    let formatter = NumberFormatter()
    formatter.numberStyle = .spellOut
    formatter.locale = Locale(identifier: code)
    var words: [Int: [String]] = [:]
    for number in Array(0...100) + [1000, 1_000_000] {
      let digitsAreWords = ["zh", "ja"].contains(code)
      guard let spelled = formatter.string(from: NSNumber(value: number)),
        digitsAreWords || !spelled.contains(where: \.isNumber)
      else { continue }
      words[number] = Self.words(in: spelled.replacing("\u{AD}", with: ""))
    }
    self.words = words
    two = Self.twos[code]
    inflects = !Self.withoutInflection.contains(code)
    isSpaced = !["zh", "ja", "th", "km", "lo", "my"].contains(code)
  }

  var isEmpty: Bool { words.isEmpty }

  /// Words for two that are not those of counting.
  private static let twos: [String: String] = [
    "pt": "duas", "cs": "dvě", "pl": "dwie", "ru": "две", "uk": "дві", "sk": "dve", "sr": "dve", "hr": "dvije",
    "sl": "dve", "ca": "dues", "lt": "dvi", "lv": "divas", "es": "ambos", "fr": "couple", "it": "entrambi",
    "de": "beide", "en": "both",
  ]

  /// Whether a text has the words of a number: all of them, by their first letters.
  func names(_ number: Int, in text: String) -> Bool {
    if number == 2, let two, text.lowercased().contains(two) { return true }
    guard let own = words[number], !own.isEmpty else { return false }
    guard isSpaced else { return text.contains(own.joined()) }
    let found = Self.words(in: text)
    return own.filter { $0.count >= Self.stem || own.count == 1 }.allSatisfy { word in
      found.contains { isForm($0, of: word) }
    }
  }

  /// Whether a word is a number's word, an inflected form of it or its ordinal, such as "quatrième" of "quatre".
  private func isForm(_ found: String, of word: String) -> Bool {
    guard word.count >= Self.stem, found.count <= word.count + Self.maxEnding else { return found == word }
    let ending = inflects ? 2 : word.count >= 5 && word.last.map("aeo".contains) ?? false ? 1 : 0
    return found.hasPrefix(word.prefix(max(Self.stem, word.count - ending)))
  }

  private static func words(in text: String) -> [String] {
    text.lowercased().split { !$0.isLetter }.map(String.init)
  }
}
