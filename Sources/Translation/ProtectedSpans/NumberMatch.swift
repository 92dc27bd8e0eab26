/// Pairs of numbers that two languages write differently.
enum NumberMatch {
  /// Removes the number, or the two numbers, that mean the same as `number`.
  /// - Parameter text: the text of the other numbers.
  /// - Returns: whether there is one.
  static func take(
    _ number: WrittenNumber, from others: inout [WrittenNumber], of text: ByteText, _ pair: LanguagePair
  ) -> Bool {
    let ways: [(WrittenNumber, WrittenNumber) -> Bool] = [isSame, isOtherHalfOfDay, isDecade, isPointTime]
    let scales = Scales(number, pair)
    if let index = others.firstIndex(where: { scales.isWordKept($0) && isSame(number, $0) }) {
      others.remove(at: index)
      return true
    }
    if let index = others.firstIndex(where: scales.isScaled) {
      others.remove(at: index)
      return true
    }
    guard scales.isOpen else { return false }
    for means in ways {
      if let index = others.firstIndex(where: { means(number, $0) }) {
        others.remove(at: index)
        return true
      }
    }
    return takeApart(number, from: &others, of: text)
  }

  /// The words after a number that multiply it, compared with those of numbers of the translation.
  private struct Scales {
    private let number: WrittenNumber
    private let target: String
    private let own: [Int]
    /// Whether the translation can have other words for the number, or none.
    let isOpen: Bool

    init(_ number: WrittenNumber, _ pair: LanguagePair) {
      self.number = number
      target = pair.target
      own = ScaleWords.powers(number.following, pair.source)
      isOpen = !(ScaleWords.isWord(number.following, pair.source) && ScaleWords.isKnown(in: pair.target))
    }

    /// Whether another number has a word of its own if this one has.
    func isWordKept(_ other: WrittenNumber) -> Bool {
      guard !isOpen else { return true }
      let others = ScaleWords.powers(other.following, target)
      return own.contains(where: others.contains)
    }

    /// Whether one number is the other with its "million" or "thousand" written out, or in other units.
    func isScaled(_ other: WrittenNumber) -> Bool {
      let others = ScaleWords.powers(other.following, target)
      func means(_ short: WrittenNumber, _ powers: [Int], _ long: WrittenNumber) -> Bool {
        powers.contains { power in short.values.contains { long.values.contains($0.times(powerOfTen: power)) } }
      }
      let isBoth = own.contains { power in
        others.contains { otherPower in
          number.values.contains { value in
            other.values.contains { $0.times(powerOfTen: otherPower) == value.times(powerOfTen: power) }
          }
        }
      }
      return isBoth || (others.isEmpty || isOpen) && means(number, own, other) || means(other, others, number) && isOpen
    }
  }

  private static func isSame(_ one: WrittenNumber, _ other: WrittenNumber) -> Bool {
    guard one.minutes == other.minutes, one.values.contains(where: other.values.contains) else { return false }
    return !one.isNegative || other.isNegative || isZero(one)
  }

  private static func isZero(_ number: WrittenNumber) -> Bool { number.values.allSatisfy(\.digits.isEmpty) }

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
        found == hour || isOtherHour(number, hour, other, found)
      else { continue }
      let next = index + 1
      let isApart =
        next < others.count && others[next].minutes == nil && others[next].written.count <= 2
        && others[next].values.first?.integer == Int(minutes)
        && other.range.upperBound <= others[next].range.lowerBound
        && isHourMark(text[other.range.upperBound..<others[next].range.lowerBound])
      guard isApart || minutes == "0" else { continue }
      others.removeSubrange(index...(isApart ? next : index))
      return true
    }
    return false
  }

  /// Whether one of two hours is the other in a day of 24, by the half of the day that is said with it.
  private static func isOtherHour(_ one: WrittenNumber, _ hour: Int, _ other: WrittenNumber, _ found: Int) -> Bool {
    if let half = one.half { return half.hour(hour) == found % 24 }
    return other.half.map { $0.hour(found) == hour % 24 } ?? false
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
