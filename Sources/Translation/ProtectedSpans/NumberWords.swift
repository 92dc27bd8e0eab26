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
  /// From one on, the first letters of ordinals that are not those of the number.
  private let ordinals: [String]

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
    for number in Array(0...100) + (2...9).map({ 100 * $0 }) + [1000, 1_000_000] {
      let digitsAreWords = ["zh", "ja"].contains(code)
      guard let spelled = formatter.string(from: NSNumber(value: number)),
        digitsAreWords || !spelled.contains(where: \.isNumber)
      else { continue }
      words[number] = Self.words(in: spelled.replacing("\u{AD}", with: ""))
    }
    self.words = words
    two = Self.twos[code]
    ordinals = (Self.ordinals[code] ?? "").split(separator: " ").map(String.init)
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

  private static let ordinals: [String: String] = [
    "en": "first second third fourth fifth sixth seventh eighth ninth tenth",
    "pt": "primeir segund terceir quart quint sext sétim oitav nono décim",
    "es": "primer segund tercer cuart quint sext séptim octav noven décim",
    "gl": "primeir segund terceir cuart quint sext sétim oitav noven décim",
    "ca": "primer segon tercer quart cinqu sis set vuit nov des",
    "fr": "premi second trois quatr cinqu six sept huit neuv dix",
    "it": "prim second terz quart quint sest settim ottav non decim",
    "de": "erst zweit dritt viert fünft sechst siebt acht neunt zehnt",
    "nl": "eerst tweed derd vierd vijfd zesd zevend acht negend tiend",
  ]

  /// Whether a text has the words of a number: all of them, by their first letters.
  func names(_ number: Int, in text: String) -> Bool {
    if number == 2, let two, text.lowercased().contains(two) { return true }
    guard let own = words[number], !own.isEmpty else { return false }
    guard isSpaced else { return text.contains(own.joined()) }
    let found = Self.words(in: text)
    let parts = own.filter { !Self.conjunctions.contains($0) || own.count == 1 }
    return parts.indices.allSatisfy { part in
      found.indices.contains { index in
        isForm(found[index], of: parts[part])
          && (part == 0 || parts[part].count >= Self.stem || follows(parts[part - 1], at: index, found))
      }
    }
  }

  /// Whether a part of a number is right before a word, or before the conjunction in front of it. A short word such as
  /// "un" can be an article elsewhere.
  private func follows(_ part: String, at index: Int, _ found: [String]) -> Bool {
    found[max(0, index - 2)..<index].contains { isForm($0, of: part) }
  }

  /// Words between the parts of a number, which languages leave out.
  private static let conjunctions: Set<String> = [
    "a", "e", "en", "et", "i", "in", "ja", "és", "och", "og", "und", "y", "и",
  ]

  /// The most letters that an ordinal has after those that are compared.
  private static let ordinalEnding = 3

  /// Whether a text has an ordinal of a number up to ten that is a word of its own, as "segunda" is for two.
  func namesOrdinal(_ number: Int, in text: String) -> Bool {
    guard ordinals.indices.contains(number - 1) else { return false }
    let stem = ordinals[number - 1]
    return Self.words(in: text).contains { $0.hasPrefix(stem) && $0.count <= stem.count + Self.ordinalEnding }
  }

  /// Whether a word is a number's word, an inflected form of it or its ordinal, such as "quatrième" of "quatre".
  private func isForm(_ found: String, of word: String) -> Bool {
    // "Une" is a form of "un".
    guard word.count >= Self.stem else { return [word, word + "a", word + "e"].contains(found) }
    guard found.count <= word.count + Self.maxEnding else { return found == word }
    let ending = inflects ? 2 : word.count >= 5 && word.last.map("aeo".contains) ?? false ? 1 : 0
    return found.hasPrefix(word.prefix(max(Self.stem, word.count - ending)))
  }

  private static func words(in text: String) -> [String] {
    text.lowercased().split { !$0.isLetter }.map(String.init)
  }
}
