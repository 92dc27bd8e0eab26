/// Compares the numbers of a source and of its translation.
///
/// A translation may write a number in words, group its digits otherwise, count hours to 24 or write out a million; it
/// may not lose a long number, nor have another in its place.
enum NumberCheck {
  enum Finding: Equatable {
    case same
    /// Bytes of the target, and the bytes of the source that belong there.
    case changed([AlignmentLink])
    /// Bytes of the source that nothing in the target answers to.
    case lost([Range<Int>])
  }

  static func compare(_ source: [WrittenNumber], _ target: [WrittenNumber]) -> Finding {
    guard !source.isEmpty else { return .same }
    var extra = target
    var missing = source.filter { number in
      guard let place = extra.firstIndex(where: { $0.digits == number.digits }) else { return true }
      extra.remove(at: place)
      return false
    }
    missing = missing.filter { number in
      guard let place = extra.firstIndex(where: { means($0.digits, number.digits) }) else { return true }
      extra.remove(at: place)
      return false
    }
    if missing.isEmpty { return .same }
    if missing.count == extra.count {
      return .changed(zip(missing, extra).map { AlignmentLink(source: $0.range, target: $1.range) })
    }
    let lost = missing.filter { !mayBeWords($0.digits) }
    return lost.isEmpty ? .same : .lost(lost.map(\.range))
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
  private static func mayBeWords(_ digits: String) -> Bool {
    digits.count <= 2 || digits.dropFirst().allSatisfy { $0 == "0" }
  }
}
