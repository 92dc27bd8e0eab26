/// Compares the numbers of a source and of its translation.
///
/// A translation may write a number in words, group its digits otherwise, count hours to 24 or write out a million; it
/// may not lose a long number, nor have another in its place.
struct NumberCheck {
  /// Bytes of the target, and the bytes of the source that belong there.
  private(set) var changed: [AlignmentLink] = []
  /// Bytes of the source that nothing in the target answers to.
  private(set) var lost: [Range<Int>] = []

  /// Nothing to find fault with.
  init() {}

  /// - Parameter answers: whether the target's bytes were written from the source's; nil where that can not be told.
  init(
    _ source: [WrittenNumber], _ target: [WrittenNumber],
    answers: ((_ target: Range<Int>, _ source: Range<Int>) -> Bool)?
  ) {
    guard Self.runs(source) != Self.runs(target) else { return }
    var extra = target
    var missing = source.filter { number in
      !Self.take(from: &extra) { $0.digits == number.digits && $0.minutes == number.minutes }
    }
    missing = missing.filter { number in
      !Self.take(from: &extra) { Self.means($0.digits, number.digits) && $0.minutes == number.minutes }
    }
    missing = missing.filter { !Self.takeApart($0, from: &extra) }
    let areAsMany = missing.count == extra.count
    for number in missing {
      let mayBeWords = Self.mayBeWords(number)
      let place = extra.firstIndex { areAsMany && (answers?($0.range, number.range) ?? !mayBeWords) }
      if let place {
        changed.append(AlignmentLink(source: number.range, target: extra.remove(at: place).range))
      } else if !mayBeWords {
        lost.append(number.range)
      }
    }
  }

  /// The digits of numbers with no more than a separator between them, which another language may write as one.
  private static func runs(_ numbers: [WrittenNumber]) -> [String] {
    var runs: [String] = []
    var end = 0
    for number in numbers {
      if runs.isEmpty || number.range.lowerBound > end + widestSeparator {
        runs.append(number.written)
      } else {
        runs[runs.count - 1] += number.written
      }
      end = number.range.upperBound
    }
    return runs
  }

  /// Bytes: a narrow space.
  private static let widestSeparator = 3

  /// - Returns: whether there was one, which is gone then.
  private static func take(from numbers: inout [WrittenNumber], where matches: (WrittenNumber) -> Bool) -> Bool {
    guard let place = numbers.firstIndex(where: matches) else { return false }
    numbers.remove(at: place)
    return true
  }

  /// "4:30" and "16 h 30", "5:00" and "17 h".
  private static func takeApart(_ number: WrittenNumber, from numbers: inout [WrittenNumber]) -> Bool {
    guard let minutes = number.minutes else { return false }
    var rest = numbers.filter { $0.minutes == nil }
    guard take(from: &rest, where: { $0.digits == number.digits || means($0.digits, number.digits) }),
      minutes == "0" || take(from: &rest, where: { $0.digits == minutes })
    else { return false }
    numbers = rest + numbers.filter { $0.minutes != nil }
    return true
  }

  /// "5 p.m." and "17 h", "2.5 million" and "2,500,000", "the '90s" and "1990".
  private static func means(_ first: String, _ second: String) -> Bool {
    if let first = Int(first), let second = Int(second), first <= 24, second <= 24, abs(first - second) == 12 {
      return true
    }
    let (short, long) = first.count < second.count ? (first, second) : (second, first)
    if long.count == 4, short.count == 2, long.hasSuffix(short) { return true }
    return long.count > short.count && long.hasPrefix(short) && long.dropFirst(short.count).allSatisfy { $0 == "0" }
  }

  /// Two digits, or a hundred, a thousand and the like.
  private static func mayBeWords(_ number: WrittenNumber) -> Bool {
    if number.isExact { return number.digits == "0" }
    return number.digits.count <= 2 || number.digits.dropFirst().allSatisfy { $0 == "0" }
  }
}
