/// A comparison of the numbers of a source with those of its translation, by value.
///
/// A translation can write a small number in words, group its digits differently, count hours to 24 or write out a
/// million. It must not lose a number or have another in its place.
///
/// The texts are as short as one input of the model: the check takes time for the product of their numbers.
struct NumberCheck {
  /// The bytes of wrong numbers in the target, each with the bytes of the source that belong there.
  private(set) var changed: [AlignmentLink] = []
  /// The bytes of numbers in the source that are missing in the target.
  private(set) var lost: [Range<Int>] = []

  /// Creates a comparison without findings.
  init() {}

  /// - Parameters:
  ///   - sourceText: the source, in which signs can join numbers.
  ///   - text: the translation, in which words can stand for numbers.
  ///   - language: the code of its language.
  ///   - answers: returns whether bytes of the target were made of bytes of the source; nil if not known.
  init(
    _ source: [WrittenNumber], of sourceText: ByteText, _ target: [WrittenNumber], in text: ByteText, language: String,
    answers: ((_ target: Range<Int>, _ source: Range<Int>) -> Bool)?
  ) {
    let pairs = JoinedNumbers.pairs(source, sourceText)
    changed = JoinedNumbers.torn(pairs, target, text)
    var extra = target
    var missing = source.filter { !NumberMatch.take($0, from: &extra) }
    guard !missing.isEmpty else { return }
    NumberMatch.takeRuns(&missing, &extra)
    guard !missing.isEmpty else { return }
    let fractions = pairs.filter { pair in
      pair.isFraction && missing.contains { $0.range.overlaps(pair.range) } && !pair.isWritten(in: text.string)
    }
    lost = fractions.map(\.range)
    missing.removeAll { number in pairs.contains { $0.isFraction && $0.range.overlaps(number.range) } }
    let words = NumberWords.of(language)
    missing = missing.filter { number in
      let isReplaced = answers.map { answers in extra.contains { answers($0.range, number.range) } } ?? false
      return isReplaced || !Self.isInWords(number, text.string, words, isAlone: extra.isEmpty)
    }
    let areAsMany = missing.count == extra.count
    for number in missing {
      let index = extra.firstIndex { areAsMany && (answers?($0.range, number.range) ?? (missing.count == 1)) }
      if let index {
        changed.append(AlignmentLink(source: number.range, target: extra.remove(at: index).range))
      } else {
        lost.append(number.range)
      }
    }
  }

  /// Whether a translation has words for a number.
  /// - Parameter isAlone: whether there is no number in digits that could be in its place.
  private static func isInWords(
    _ number: WrittenNumber, _ text: String, _ words: NumberWords, isAlone: Bool
  ) -> Bool {
    guard let value = number.small, !number.isNegative else { return false }
    if words.names(value, in: text) || hasNumeral(value, in: text) { return true }
    guard isAlone else { return false }
    let isPower = String(value).dropFirst().allSatisfy { $0 == "0" }
    return value <= 1 || (words.isEmpty && (value < 100 || isPower)) || (isPower && value >= 100 && value <= 1000)
  }

  /// Whether a text has a Roman numeral of one letter; longer ones are numbers of their own.
  private static func hasNumeral(_ value: Int, in text: String) -> Bool {
    guard let numeral = [1: "I", 5: "V", 10: "X"][value] else { return false }
    return text.split { !$0.isLetter }.contains { word in
      word.hasPrefix(numeral) && ["", "e", "er", "ème", "ième", "a", "o", "ª", "º"].contains(word.dropFirst())
    }
  }
}

// MARK: - Numbers joined by a sign

/// Two numbers of a source with one sign between them: a fraction, a part of a date, a score, a range.
private struct JoinedNumbers {
  let first: WrittenNumber
  let second: WrittenNumber
  /// Whether the numbers are a fraction, as "1/2": nothing else is joined to them.
  var isFraction: Bool

  var range: Range<Int> { first.range.lowerBound..<second.range.upperBound }

  private static let signs: Set<String> = ["/", "-", "\u{2013}", "\u{2044}", "×"]

  /// Returns the pairs of neighbours with one sign and nothing else between them.
  static func pairs(_ numbers: [WrittenNumber], _ text: ByteText) -> [JoinedNumbers] {
    var pairs: [JoinedNumbers] = []
    for (first, second) in zip(numbers, numbers.dropFirst()) {
      guard first.range.upperBound < second.range.lowerBound else { continue }
      let sign = text[first.range.upperBound..<second.range.lowerBound]
      guard signs.contains(sign) else { continue }
      let isSlash = sign == "/" || sign == "\u{2044}"
      let follows = pairs.last?.second == first
      if follows { pairs[pairs.count - 1].isFraction = false }
      let isSmall = (first.small ?? .max) < 100 && (second.small ?? .max) < 100
      pairs.append(JoinedNumbers(first: first, second: second, isFraction: isSlash && isSmall && !follows))
    }
    return pairs
  }

  /// Returns the places where a translation has a space in place of a sign, each with the bytes of the source.
  static func torn(_ pairs: [JoinedNumbers], _ target: [WrittenNumber], _ text: ByteText) -> [AlignmentLink] {
    guard !pairs.isEmpty else { return [] }
    var links: [AlignmentLink] = []
    for (first, second) in zip(target, target.dropFirst()) where first.range.upperBound < second.range.lowerBound {
      guard text.isBlank(first.range.upperBound..<second.range.lowerBound),
        let pair = pairs.first(where: { $0.first.written == first.written && $0.second.written == second.written })
      else { continue }
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

  /// Whether a text has the sign of the fraction, or a word for a half.
  func isWritten(in text: String) -> Bool {
    guard let over = first.small, let under = second.small else { return false }
    if let sign = Self.fractions["\(over)/\(under)"], text.unicodeScalars.contains(sign) { return true }
    let words = text.lowercased().split { !$0.isLetter }
    return over == 1 && under == 2 && words.contains { word in Self.halves.contains { word.hasPrefix($0) } }
  }

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

// MARK: - Numbers that mean the same

/// Pairs of numbers that two languages write differently.
private enum NumberMatch {
  /// Removes the number, or the two numbers, that mean the same as `number`.
  /// - Returns: whether there is one.
  static func take(_ number: WrittenNumber, from others: inout [WrittenNumber]) -> Bool {
    let ways: [(WrittenNumber, WrittenNumber) -> Bool] = [isSame, isScaled, isOtherHalfOfDay, isDecade, isPointTime]
    for means in ways {
      if let index = others.firstIndex(where: { means(number, $0) }) {
        others.remove(at: index)
        return true
      }
    }
    return takeApart(number, from: &others)
  }

  private static func isSame(_ one: WrittenNumber, _ other: WrittenNumber) -> Bool {
    guard one.minutes == other.minutes, one.values.contains(where: other.values.contains) else { return false }
    return !one.isNegative || other.isNegative || isZero(one)
  }

  private static func isZero(_ number: WrittenNumber) -> Bool { number.values.allSatisfy(\.digits.isEmpty) }

  /// Whether one number is the other with its "million" or "thousand" written out.
  private static func isScaled(_ one: WrittenNumber, _ other: WrittenNumber) -> Bool {
    func scaled(_ short: WrittenNumber, _ long: WrittenNumber) -> Bool {
      ScaleWords.powers(short.following).contains { power in
        short.values.contains { long.values.contains($0.times(powerOfTen: power)) }
      }
    }
    func bothScaled() -> Bool {
      let (first, second) = (ScaleWords.powers(one.following), ScaleWords.powers(other.following))
      return first.contains { power in
        second.contains { otherPower in
          one.values.contains { value in
            other.values.contains { $0.times(powerOfTen: otherPower) == value.times(powerOfTen: power) }
          }
        }
      }
    }
    return scaled(one, other) || scaled(other, one) || bothScaled()
  }

  /// Whether hours of a day of twice 12 hours and of one of 24 mean the same.
  private static func isOtherHalfOfDay(_ one: WrittenNumber, _ other: WrittenNumber) -> Bool {
    guard one.minutes ?? "0" == other.minutes ?? "0", let first = one.values.first?.integer,
      let second = other.values.first?.integer
    else { return false }
    guard max(first, second) <= 24, abs(first - second) == 12 else { return false }
    return saysHalf(min(first, second) == first ? one : other) || saysHalf(one) || saysHalf(other)
  }

  private static func saysHalf(_ number: WrittenNumber) -> Bool {
    let after = number.following.filter { $0 != "." && $0 != " " }
    return ["am", "pm", "uhr", "da", "de", "del", "di", "du", "heures", "h"].contains(after)
  }

  /// Whether both are a decade, as "the '90s" and "1990".
  private static func isDecade(_ one: WrittenNumber, _ other: WrittenNumber) -> Bool {
    let (short, long) = one.written.count < other.written.count ? (one, other) : (other, one)
    guard short.written.count == 2, long.written.count == 4, long.written.hasSuffix(short.written) else { return false }
    return short.written.hasSuffix("0")
      && [short, long].contains { number in
        number.following.first.map { $0.isLetter || $0 == "'" || $0 == "’" } ?? false
      }
  }

  /// Whether one is a time, and the other the same digits with a full stop and without a word that says so.
  private static func isPointTime(_ one: WrittenNumber, _ other: WrittenNumber) -> Bool {
    (one.minutes == nil) != (other.minutes == nil) && one.isExact && other.isExact && one.written == other.written
  }

  /// Removes the two numbers of a time that is written apart, such as "16 h 30" for "4:30" and "17 h" for "5:00".
  private static func takeApart(_ number: WrittenNumber, from others: inout [WrittenNumber]) -> Bool {
    guard let minutes = number.minutes, let hour = number.values.first?.integer else { return false }
    var rest = others
    let index = rest.firstIndex { other in
      guard other.minutes == nil, let found = other.values.first?.integer else { return false }
      return found == hour || abs(found - hour) == 12
    }
    guard let index else { return false }
    rest.remove(at: index)
    if minutes != "0" {
      guard let last = rest.firstIndex(where: { $0.minutes == nil && $0.values.first?.integer == Int(minutes) }) else {
        return false
      }
      rest.remove(at: last)
    }
    others = rest
    return true
  }

  /// Removes several numbers with one sign between them that the other text writes as one, such as telephone numbers.
  static func takeRuns(_ missing: inout [WrittenNumber], _ extra: inout [WrittenNumber]) {
    let wanted = missing.map(\.written).joined()
    guard wanted.count >= 6, missing.count > 1, wanted == extra.map(\.written).joined(),
      isRun(missing), isRun(extra), (missing + extra).allSatisfy({ !$0.isExact })
    else { return }
    missing = []
    extra = []
  }

  /// Whether nothing but a separator is between numbers.
  private static func isRun(_ numbers: [WrittenNumber]) -> Bool {
    zip(numbers, numbers.dropFirst()).allSatisfy { $1.range.lowerBound - $0.range.upperBound <= 3 }
  }
}

/// Words after a number that multiply it by a power of ten, by their first letters.
private enum ScaleWords {
  /// Longer beginnings before shorter ones. A billion is 10⁹ in some languages and 10¹² in others.
  private static let powers: [(String, [Int])] = [
    ("hundred", [2]), ("thousand", [3]), ("mille", [3]), ("million", [6]), ("milliard", [9]), ("miljard", [9]),
    ("miljon", [6]), ("milion", [6]), ("milli", [6]), ("mili", [6, 9]), ("milh", [6]), ("millon", [6]), ("millón", [6]),
    ("mil", [3, 6]), ("tausend", [3]), ("duizend", [3]), ("tys", [3]), ("тыс", [3]), ("миллион", [6]),
    ("миллиард", [9]),
    ("млн", [6]), ("млрд", [9]), ("мільйон", [6]), ("мільярд", [9]), ("mio", [6]), ("mln", [6]), ("mrd", [9]),
    ("mld", [9]), ("billion", [9, 12]), ("bilh", [9]), ("bili", [9, 12]), ("bn", [9]), ("trilli", [12, 18]),
    ("trilh", [12]), ("bil", [9, 12]), ("tri", [12, 18]), ("lakh", [5]), ("crore", [7]), ("千", [3]), ("万", [4]),
    ("萬", [4]), ("億", [8]), ("亿", [8]), ("兆", [12]),
  ]
  /// Letters that are a whole word.
  private static let letters: [String: [Int]] = ["k": [3], "m": [6], "b": [9], "mi": [6], "bi": [9]]

  /// - Parameter following: the text after the number.
  static func powers(_ following: String) -> [Int] {
    let word = following.drop { $0 == " " }
    guard !word.isEmpty else { return [] }
    if let found = letters[String(word)] { return found }
    let own = powers.first { word.hasPrefix($0.0) }?.1 ?? []
    // "Mil milhões" and "mille millions" are 10⁹.
    return own == [3, 6] ? own + [9] : own
  }
}
