/// The signs by which a language groups digits and begins decimals, for numbers that a model copies from its source.
///
/// "47,245" is another value in Portuguese than in English. Numbers that every reader reads in one way stay as they are.
struct NumberNotation {
  private let group: String
  private let decimal: String
  /// Whether the language is written with decimals after a full stop.
  private let hasPointDecimals: Bool

  private static let points: Set<String> = ["en", "zh", "ja", "ko", "he", "th"]
  private static let grouped: [String: String] = [
    "ca": ".", "da": ".", "de": ".", "el": ".", "gl": ".", "hr": ".", "id": ".", "is": ".", "it": ".", "nl": ".",
    "pt": ".", "ro": ".", "sl": ".", "sr": ".", "tr": ".", "vi": ".", "bg": "\u{A0}", "cs": "\u{A0}", "et": "\u{A0}",
    "fi": "\u{A0}", "fr": "\u{A0}", "hu": "\u{A0}", "lt": "\u{A0}", "lv": "\u{A0}", "nb": "\u{A0}", "nn": "\u{A0}",
    "no": "\u{A0}", "pl": "\u{A0}", "ru": "\u{A0}", "sk": "\u{A0}", "sv": "\u{A0}", "uk": "\u{A0}",
  ]

  /// - Returns: nil for languages whose countries differ, and those that are not known.
  init?(_ language: String) {
    let code = String(language.prefix { $0 != "_" && $0 != "-" })
    hasPointDecimals = Self.points.contains(code)
    decimal = hasPointDecimals ? "." : ","
    guard hasPointDecimals || code == language || code == "pt" || code == "fr",
      let group = hasPointDecimals ? "," : Self.grouped[code]
    else { return nil }
    self.group = group
  }

  /// Returns a number of the source in this notation; nil if it is the same, or is not read in another way.
  func rewritten(_ number: String, from source: NumberNotation) -> String? {
    let (grouping, point): (Character, Character) = source.hasPointDecimals ? (",", ".") : (".", ",")
    let isPlain = source.hasPointDecimals || number.contains(grouping)
    let number = isPlain ? number : String(number.map { Self.blanks.contains($0) ? grouping : $0 })
    guard source.hasPointDecimals != hasPointDecimals, number.utf8.allSatisfy(Self.isPart) else { return nil }
    let halves = number.split(separator: point, omittingEmptySubsequences: false)
    guard halves.count <= 2, let whole = halves.first else { return nil }
    let groups = whole.split(separator: grouping, omittingEmptySubsequences: false)
    let isGrouped = groups.count > 1
    guard let first = groups.first, (1...3).contains(first.count) || !isGrouped, first != "0" || !isGrouped,
      groups.dropFirst().allSatisfy({ $0.count == 3 })
    else { return nil }
    let tail = halves.count == 2 ? halves[1] : nil
    if let tail, !isGrouped {
      let isMisread = tail.count == 3 && first.count <= 3 && first != "0" && tail != "000"
      // A comma is in no name of a version or a section.
      guard !tail.isEmpty, isMisread || !source.hasPointDecimals else { return nil }
    }
    guard isGrouped || tail != nil else { return nil }
    return groups.joined(separator: group) + (tail.map { decimal + $0 } ?? "")
  }

  /// The spaces that can group digits.
  private static let blanks: Set<Character> = [" ", "\u{A0}", "\u{202F}", "\u{2009}"]

  /// Whether two numbers are written the same, whatever spaces group their digits.
  static func isSame(_ one: String, _ other: String) -> Bool {
    one == other || one.map { blanks.contains($0) ? " " : $0 } == other.map { blanks.contains($0) ? " " : $0 }
  }

  private static func isPart(_ byte: UInt8) -> Bool { ASCII.isDigit(byte) || ASCII.isOne(of: ".,", byte) }
}

extension LanguagePair {
  /// Returns a number of the source as the target language writes it; nil if it is the same there.
  ///
  /// A word for a power of a thousand can follow the number.
  func rewritten(_ number: String) -> String? {
    let signs = number.prefix { !$0.isNumber && !$0.isLetter && !$0.isWhitespace }
    let number = String(number.dropFirst(signs.count))
    guard let first = number.utf8.first, let last = number.utf8.last, ASCII.isDigit(first) else { return nil }
    if ASCII.isDigit(last) { return digits(number).map { signs + $0 } }
    guard let blank = number.lastIndex(where: { $0.isWhitespace }) else { return nil }
    let text = String(number[..<blank])
    let word = String(number[number.index(after: blank)...])
    guard let name = ScaleWords.name(of: word, from: source, to: target, isSingular: text == "1") else { return nil }
    return signs + (digits(text) ?? text) + String(number[blank]) + name
  }

  private func digits(_ number: String) -> String? {
    guard !number.utf8.allSatisfy(ASCII.isDigit), let from = NumberNotation(source),
      let notation = NumberNotation(target)
    else { return nil }
    return notation.rewritten(number, from: from)
  }
}
