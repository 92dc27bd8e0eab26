/// Two numbers of a source with one sign between them: a fraction, a part of a date, a score, a range, measures.
struct JoinedNumbers {
  let first: WrittenNumber
  let second: WrittenNumber
  private let sign: Sign
  /// Whether the numbers are a fraction, as "1/2": nothing else is joined to them.
  private(set) var isFraction: Bool
  /// Whether a number is right in front, as in "1 1/2".
  private let isMixed: Bool

  /// A sign between numbers, with the signs and words that a translation can have in its place.
  private enum Sign: String {
    case slash = "/"
    case dash = "-"
    case times = "×"

    init?(_ text: String) {
      switch text {
      case "/", "\u{2044}": self = .slash
      case "-", "\u{2010}", "\u{2011}", "\u{2013}": self = .dash
      case "×", "x", " × ", " x ": self = .times
      default: return nil
      }
    }

    private var others: Set<String> {
      switch self {
      case .slash: ["/", "\u{2044}"]
      case .dash: ["-", "\u{2010}", "\u{2011}", "\u{2013}", "\u{2014}", "~", "〜", "～", ":", ".", "/"]
      case .times: ["×", "x", "X", "*", "х"]
      }
    }

    /// Whether the text between two numbers of a translation joins them as the sign does.
    func means(_ text: String) -> Bool {
      let core = text.filter { !$0.isWhitespace }
      if others.contains(core) { return self == .times || core.count == text.count || self == .dash && text.count == 3 }
      let words = text.split(whereSeparator: \.isWhitespace)
      let isSpaced = text.first?.isWhitespace ?? false && text.last?.isWhitespace ?? false
      let isInWords = !words.isEmpty && words.allSatisfy { $0.allSatisfy(\.isLetter) }
      guard isInWords else { return false }
      // Some scripts have no spaces.
      guard core.utf8.allSatisfy({ $0 < 0x80 }) || isSpaced else { return core.count <= 2 }
      return isSpaced && (self == .times ? words.count == 1 && core.count <= 3 : words.count <= 3 && core.count <= 12)
    }
  }

  /// Whether the numbers are a range or a score, which nobody writes half in digits and half in words.
  var isExpression: Bool { sign == .dash }

  var range: Range<Int> { first.range.lowerBound..<second.range.upperBound }

  /// Returns the pairs of neighbours with one sign and nothing else between them.
  static func pairs(_ numbers: [WrittenNumber], _ text: ByteText) -> [JoinedNumbers] {
    var pairs: [JoinedNumbers] = []
    for (first, second) in zip(numbers, numbers.dropFirst()) {
      guard first.range.upperBound < second.range.lowerBound, second.range.lowerBound - first.range.upperBound <= 4,
        let sign = Sign(text[first.range.upperBound..<second.range.lowerBound])
      else { continue }
      let follows = pairs.last?.second == first
      if follows { pairs[pairs.count - 1].isFraction = false }
      let isSmall = (first.small ?? .max) < 100 && (second.small ?? .max) < 100
      let isMixed = numbers.contains { $0.range.upperBound + 1 == first.range.lowerBound }
      pairs.append(
        JoinedNumbers(
          first: first, second: second, sign: sign, isFraction: sign == .slash && isSmall && !follows, isMixed: isMixed)
      )
    }
    return pairs
  }

  /// Returns the places where a translation has something else in place of a sign, each with the bytes of the source.
  static func torn(_ pairs: [JoinedNumbers], _ target: [WrittenNumber], _ text: ByteText) -> [AlignmentLink] {
    guard !pairs.isEmpty else { return [] }
    var links: [AlignmentLink] = []
    for (first, second) in zip(target, target.dropFirst()) where first.range.upperBound < second.range.lowerBound {
      guard let pair = pairs.first(where: { $0.isTorn(first, second, text) }) else { continue }
      let place = first.range.lowerBound..<second.range.upperBound
      if let last = links.last, last.target.upperBound > place.lowerBound {
        let source =
          min(last.source.lowerBound, pair.range.lowerBound)..<max(last.source.upperBound, pair.range.upperBound)
        links[links.count - 1] = AlignmentLink(source: source, target: last.target.lowerBound..<place.upperBound)
      } else {
        links.append(AlignmentLink(source: pair.range, target: place))
      }
    }
    return links
  }

  /// The most bytes between two numbers that were one expression.
  private static let maxTornBytes = 12

  private func isTorn(_ one: WrittenNumber, _ other: WrittenNumber, _ text: ByteText) -> Bool {
    guard first.written == one.written, second.written == other.written else { return false }
    let between = one.range.upperBound..<other.range.lowerBound
    guard between.count <= Self.maxTornBytes else { return false }
    let words = text[between]
    // A list, or words between, can be another place with the same numbers.
    return !sign.means(words) && !words.contains(",") && (!words.contains(" ") || text.isBlank(between))
  }

  /// Whether a text has the sign of the fraction, or a word for a half.
  func isWritten(in text: String) -> Bool {
    guard let over = first.small, let under = second.small else { return false }
    if let sign = Self.fractions["\(over)/\(under)"], text.unicodeScalars.contains(sign) { return true }
    guard over == 1, under == 2 else { return false }
    let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }
    return words.indices.contains { index in
      Self.halves.contains { words[index].hasPrefix($0) } && (isMixed || !Self.isAdded(index, words))
    }
  }

  /// Whether a half is added to a number, as in "1 et demi".
  private static func isAdded(_ half: Int, _ words: [Substring]) -> Bool {
    guard half >= 2, conjunctions.contains(String(words[half - 1])) else { return false }
    return words[half - 2].allSatisfy(\.isNumber) || ones.contains(String(words[half - 2]))
  }

  private static let conjunctions: Set<String> = ["e", "ed", "en", "et", "i", "und", "y"]
  private static let ones: Set<String> = ["een", "ein", "eine", "un", "una", "une", "um", "uma", "uno"]

  private static let fractions: [String: Unicode.Scalar] = [
    "1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾", "1/5": "⅕", "1/6": "⅙", "1/8": "⅛", "3/8": "⅜",
    "5/8": "⅝", "7/8": "⅞",
  ]
  /// First letters of words for a half.
  private static let halves = [
    "half", "hal", "mei", "metad", "demi", "moiti", "medi", "mitad", "mezz", "metà", "helf", "половин", "пол", "pół",
    "půl", "pol", "fél", "yarı", "puoli", "μισ", "نصف",
  ]
}
