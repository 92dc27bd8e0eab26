/// Pairs of numbers that two languages write differently.
enum NumberMatch {
  /// Removes the number, or the two numbers, that mean the same as `number`.
  /// - Parameter text: the text of the other numbers.
  /// - Returns: whether there is one.
  static func take(_ number: WrittenNumber, from others: inout [WrittenNumber], of text: ByteText) -> Bool {
    let ways: [(WrittenNumber, WrittenNumber) -> Bool] = [isSame, isScaled, isOtherHalfOfDay, isDecade, isPointTime]
    for means in ways {
      if let index = others.firstIndex(where: { means(number, $0) }) {
        others.remove(at: index)
        return true
      }
    }
    return takeApart(number, from: &others, of: text)
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
    return isOtherHalf(one, first, other, second) || isOtherHalf(other, second, one, first)
  }

  /// Whether an hour, with the word after it for its half of the day, is another hour of 24.
  private static func isOtherHalf(_ one: WrittenNumber, _ hour: Int, _ other: WrittenNumber, _ found: Int) -> Bool {
    guard (0...12).contains(hour), (0...24).contains(found), hour != found else { return false }
    if let half = one.half { return half.hour(hour) == found % 24 }
    return found - hour == 12 && one.saysHour && other.isTime
  }

  /// Whether a number says another half of the day than its translation, or the translation leaves it open.
  static func losesHalf(_ number: WrittenNumber, _ other: WrittenNumber) -> Bool {
    guard let half = number.half, number.isHalfMarked, number.values == other.values else { return false }
    guard let hour = number.values.first?.integer, (1...12).contains(hour) else { return false }
    if let found = other.half { return found != half }
    return half.hour(hour) != hour
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

  /// Whether one is a time, and the other has the same digits with a full stop and can be a time too.
  private static func isPointTime(_ one: WrittenNumber, _ other: WrittenNumber) -> Bool {
    let isTime = one.minutes == nil ? other.minutes != nil : other.minutes == nil && other.half != nil
    return isTime && one.isExact && other.isExact && one.written == other.written
  }

  /// Removes the two numbers of a time that is written apart, such as "16 h 30" for "4:30" and "17 h" for "5:00".
  private static func takeApart(
    _ number: WrittenNumber, from others: inout [WrittenNumber], of text: ByteText
  ) -> Bool {
    guard let minutes = number.minutes, let hour = number.values.first?.integer else { return false }
    for index in others.indices {
      let other = others[index]
      guard other.minutes == nil, let found = other.values.first?.integer,
        found == hour || (number.half.map { $0.hour(hour) == found % 24 } ?? (abs(found - hour) == 12))
      else { continue }
      if minutes == "0" {
        others.remove(at: index)
        return true
      }
      let next = index + 1
      guard next < others.count, others[next].minutes == nil, others[next].written.count <= 2,
        others[next].values.first?.integer == Int(minutes), other.range.upperBound <= others[next].range.lowerBound,
        isHourMark(text[other.range.upperBound..<others[next].range.lowerBound])
      else { continue }
      others.removeSubrange(index...next)
      return true
    }
    return false
  }

  private static let hourMarks: Set<String> = [
    "h", ".", ":", "e", "et", "y", "und", "uhr", "horas", "horase", "horasy", "heures", "heureset", "hours", "ore",
    "oree",
    "uur", "hodin", "ч", "год", "óra", "godz",
  ]

  /// Whether a text between the hour and the minutes of a time says just this.
  private static func isHourMark(_ text: String) -> Bool {
    let core = text.filter { !$0.isWhitespace }.lowercased()
    if core.isEmpty { return false }
    guard hourMarks.contains(core) else { return core.utf8.allSatisfy { $0 >= 0x80 } }
    let isSpaced = text.first?.isWhitespace ?? false && text.last?.isWhitespace ?? false
    return core == "h" || (core == "." || core == ":" ? core.count == text.count : isSpaced)
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
