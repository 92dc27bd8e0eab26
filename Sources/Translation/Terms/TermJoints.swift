import Foundation
import Languages

/// Short words that change in front of a term, by the spelling of a language: "le" before "école" is "l'", "a" before
/// "apple" is "an".
///
/// Spelling is known, neither meaning nor sound; the gender of a noun is guessed by its ending. Languages without rules
/// here have no changes.
struct TermJoints: Sendable {
  private let language: String
  private let rules: JointRules?

  /// - Parameter language: a code in any spelling.
  init(of language: String) {
    self.language = LanguageCode(language).language
    rules = JointRules.all[self.language]
  }

  /// The short words that cannot stand in front of a term, if that is more than spelling; each with those that can.
  ///
  /// They are in small letters, with straight apostrophes. An elided word is there without its apostrophe too, which can be
  /// a token of its own.
  func misfits(before term: String) -> [String: Set<String>] {
    guard let rules else { return [:] }
    if rules.opens(with: term) != nil { return Dictionary(uniqueKeysWithValues: rules.articles.map { ($0, []) }) }
    guard !rules.masculine.isEmpty, TermSound(of: term, in: language) == .consonant else { return [:] }
    var misfits: [String: Set<String>] = [:]
    for (word, masculine) in rules.masculine {
      let others = Set([masculine, rules.feminine[word] ?? ""].map { $0.filter { $0 != " " } })
      misfits[word] = others
      misfits[String(word.dropLast())] = others
    }
    return misfits
  }

  /// The change of the words in front of a term.
  /// - Parameter text: the translation up to the term.
  /// - Returns: the number of UTF-8 bytes at the text's end to replace, and their replacement; nil if nothing changes.
  func joint(after text: Substring, before term: String) -> (bytes: Int, text: String)? {
    guard let rules, let last = ShortWord(endOf: text) else { return nil }
    var found: (bytes: Int, text: String)?
    if let article = rules.opens(with: term) {
      if rules.articles.contains(last.plain) {
        found = (last.bytes, "")
      } else if rules.uncontracted.contains(article), let parts = rules.parts[last.plain] {
        found = (last.bytes, last.cased(parts))
      } else if let elided = changes(before: term, rules)[last.plain], elided.hasSuffix("'"), !elided.contains(" ") {
        found = (last.bytes, last.cased(elided))
      }
    } else {
      let changed = changes(before: term, rules)[last.plain]
      found = changed.map { (last.bytes, last.cased($0)) }
      let short = (changed ?? last.plain).filter { $0 != " " }
      if let before = ShortWord(endOf: text.dropLast(last.characters)),
        let one = rules.contracted[before.plain + " " + short]
      {
        found = (before.bytes + last.bytes, before.cased(one))
      }
    }
    guard let found, term.contains("’") || text.contains("’") else { return found }
    return (found.bytes, found.text.replacingOccurrences(of: "'", with: "’"))
  }

  private func changes(before term: String, _ rules: JointRules) -> [String: String] {
    guard let first = term.unicodeScalars.first, first.properties.isAlphabetic else { return [:] }
    switch TermSound(of: term, in: language) {
    case .vowel: return rules.vowel
    case .impure: return rules.impure
    case .consonant:
      let isFeminine = TermSound.isFeminine(term, in: language)
      return rules.consonant.merging(isFeminine ? rules.feminine : rules.masculine) { first, _ in first }
    }
  }
}

/// A word at the end of a text, with the space or the apostrophe after it.
private struct ShortWord {
  /// In small letters, with a straight apostrophe and without a space.
  let plain: String
  let characters: Int
  let bytes: Int
  private let isRaised: Bool
  private static let maxLetters = 9

  /// Nil if the text ends otherwise, or the word is long.
  init?(endOf text: Substring) {
    guard let last = text.last, last == " " || last == "'" || last == "’" else { return nil }
    let word = text.dropLast().suffix(Self.maxLetters + 1).reversed().prefix { $0.isLetter }
    guard (1...Self.maxLetters).contains(word.count) else { return nil }
    let written = String(word.reversed())
    plain = written.lowercased() + (last == " " ? "" : "'")
    characters = word.count + 1
    bytes = written.utf8.count + String(last).utf8.count
    isRaised = written.first?.isUppercase ?? false
  }

  func cased(_ text: String) -> String { isRaised ? text.prefix(1).uppercased() + text.dropFirst() : text }
}

// MARK: - Beginnings and endings

/// The beginning of a term as it is likely to be spoken.
private enum TermSound {
  case vowel, consonant
  /// An Italian beginning that has articles of its own.
  case impure

  init(of term: String, in language: String) {
    let word = term.lowercased().folding(options: .diacriticInsensitive, locale: nil).prefix { $0.isLetter }
    func begins(_ starts: [String]) -> Bool { starts.contains { word.hasPrefix($0) } }
    func isVowel(_ letter: Character?) -> Bool { letter.map { "aeiouœæ".contains($0) } ?? false }
    let second = word.dropFirst().first
    switch (language, word.first) {
    case ("fr", "h"?): self = begins(Self.aspirated) ? .consonant : .vowel
    case ("fr", "y"?): self = second == nil || isVowel(second) ? .consonant : .vowel
    case ("fr", let first): self = isVowel(first) && !begins(["onze", "onzi", "oui", "uhlan"]) ? .vowel : .consonant
    case ("en", let first):
      let isSilent = begins(["hour", "honest", "honor", "honour", "heir"])
      let isSpoken = begins(["uni", "use", "usu", "ute", "eu", "one", "once", "ewe", "ubi", "uto"])
      self = isSilent || (isVowel(first) && (!isSpoken || begins(["unin", "unim"]))) ? .vowel : .consonant
    case ("it", let first):
      let isDouble = begins(["z", "gn", "ps", "pn", "x", "y"]) || (first == "s" && second != nil && !isVowel(second))
      self = isVowel(first) ? .vowel : isDouble ? .impure : .consonant
    case (_, let first): self = isVowel(first) ? .vowel : .consonant
    }
  }

  /// Beginnings, without accents, of French words whose h is as a consonant.
  private static let aspirated = [
    "hach", "hai", "hall", "halt", "hamac", "hamburger", "hameau", "hamster", "hanche", "hand", "hangar", "hant",
    "harc", "hardi", "harem", "hareng", "haricot", "harnais", "harpe", "hasard", "hat", "hauss", "haut", "havre",
    "heros", "herisson", "hernie", "heron", "herse", "hetre", "heurt", "hibou", "hideu", "hierarch", "hiss", "hobby",
    "hockey", "hollande", "homard", "hongr", "hont", "hoquet", "hors", "hotte", "houblon", "houle", "housse", "hublot",
    "huche", "huit", "hurl", "hutte",
  ]

  /// Whether a French or Italian noun is likely to be feminine, by the ending of its first word.
  static func isFeminine(_ term: String, in language: String) -> Bool {
    let word = term.lowercased().prefix { $0.isLetter || $0 == "-" }
    func ends(_ endings: [String]) -> Bool { endings.contains { word.hasSuffix($0) } }
    if language == "it" { return ends(["a", "ione", "tà"]) }
    let isMasculine = ends([
      "isme", "age", "ège", "ème", "aire", "oire", "istre", "acle", "able", "ogue", "graphe", "mètre", "teur",
    ])
    return !isMasculine && ends(["tion", "sion", "xion", "aison", "té", "e"])
  }
}

// MARK: - Rules

/// The words of a language that change in front of another one, in small letters. Each has what stands in its place up to
/// that one.
private struct JointRules: Sendable {
  var vowel: [String: String] = [:]
  var consonant: [String: String] = [:]
  /// Before a consonant, by the gender of a noun.
  var masculine: [String: String] = [:]
  var feminine: [String: String] = [:]
  /// Before the beginnings of `TermSound.impure`.
  var impure: [String: String] = [:]
  /// Two words that are one.
  var contracted: [String: String] = [:]
  /// Words of which the second of two goes.
  var articles: Set<String> = []
  /// Articles that are not contracted with the words of `parts`.
  var uncontracted: Set<String> = []
  /// The words without the article that they are contracted with.
  var parts: [String: String] = [:]

  /// The article that a term begins with.
  func opens(with term: String) -> String? {
    let lowered = term.prefix(8).lowercased().replacingOccurrences(of: "’", with: "'")
    return articles.first { lowered.hasPrefix($0.hasSuffix("'") ? $0 : $0 + " ") }
  }

  static let all: [String: JointRules] = [
    "fr": french, "it": italian, "pt": portuguese, "en": english,
  ]

  private static let french = JointRules(
    vowel: [
      "le": "l'", "la": "l'", "de": "d'", "que": "qu'", "je": "j'", "ne": "n'", "se": "s'", "me": "m'", "te": "t'",
      "jusque": "jusqu'", "lorsque": "lorsqu'", "puisque": "puisqu'", "quoique": "quoiqu'", "du": "de l'",
      "au": "à l'", "ce": "cet ", "ma": "mon ", "ta": "ton ", "sa": "son ", "beau": "bel ", "nouveau": "nouvel ",
    ],
    consonant: [
      "d'": "de ", "qu'": "que ", "j'": "je ", "n'": "ne ", "s'": "se ", "m'": "me ", "t'": "te ", "c'": "ce ",
      "jusqu'": "jusque ", "lorsqu'": "lorsque ", "puisqu'": "puisque ", "quoiqu'": "quoique ", "cet": "ce ",
      "bel": "beau ", "nouvel": "nouveau ", "vieil": "vieux ",
    ],
    masculine: ["l'": "le "], feminine: ["l'": "la "],
    contracted: ["de le": "du ", "de les": "des ", "à le": "au ", "à les": "aux "],
    articles: ["le", "la", "les", "l'", "un", "une"], uncontracted: ["la", "l'"], parts: ["du": "de ", "au": "à "])

  private static let portuguese = JointRules(
    contracted: [
      "de o": "do ", "de a": "da ", "de os": "dos ", "de as": "das ", "em o": "no ", "em a": "na ", "em os": "nos ",
      "em as": "nas ", "a o": "ao ", "a os": "aos ", "a a": "à ", "a as": "às ", "por o": "pelo ", "por a": "pela ",
      "por os": "pelos ", "por as": "pelas ",
    ],
    articles: ["o", "os", "as", "um", "uma"])

  private static let english = JointRules(
    vowel: ["a": "an "], consonant: ["an": "a "], articles: ["a", "an", "the"])

  private static let italian = JointRules(
    vowel: [
      "il": "l'", "lo": "l'", "la": "l'", "uno": "un ", "una": "un'", "del": "dell'", "dello": "dell'",
      "della": "dell'", "al": "all'", "allo": "all'", "alla": "all'", "nel": "nell'", "nello": "nell'",
      "nella": "nell'", "dal": "dall'", "dallo": "dall'", "dalla": "dall'", "sul": "sull'", "sullo": "sull'",
      "sulla": "sull'", "i": "gli ", "dei": "degli ", "ai": "agli ", "nei": "negli ",
    ],
    consonant: [
      "lo": "il ", "uno": "un ", "un'": "una ", "dello": "del ", "allo": "al ", "nello": "nel ", "dallo": "dal ",
      "sullo": "sul ", "gli": "i ", "degli": "dei ", "agli": "ai ", "negli": "nei ",
    ],
    masculine: ["l'": "il ", "dell'": "del ", "all'": "al ", "nell'": "nel ", "dall'": "dal ", "sull'": "sul "],
    feminine: [
      "l'": "la ", "dell'": "della ", "all'": "alla ", "nell'": "nella ", "dall'": "dalla ", "sull'": "sulla ",
    ],
    impure: [
      "il": "lo ", "un": "uno ", "del": "dello ", "al": "allo ", "nel": "nello ", "dal": "dallo ", "sul": "sullo ",
      "i": "gli ", "dei": "degli ", "ai": "agli ", "nei": "negli ",
    ],
    articles: ["il", "lo", "la", "i", "gli", "le", "l'", "un", "uno", "una"])
}
