/// A comparison of the numbers of a source with those of its translation.
///
/// A translation can write a number in words, group its digits differently, count hours to 24 or write out a million.
/// It must not lose a long number or have another in its place.
///
/// The texts are as short as one input of the model: the check takes time for the product of their numbers.
struct NumberCheck {
  /// The bytes of wrong numbers in the target, each with the bytes of the source that belong there.
  private(set) var changed: [AlignmentLink] = []
  /// The bytes of numbers in the source that are missing in the target.
  private(set) var lost: [Range<Int>] = []

  /// Creates a comparison without findings.
  init() {}

  /// - Parameter answers: returns whether bytes of the target were made of bytes of the source; nil if not known.
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
      let canBeWords = Self.canBeWords(number)
      let index = extra.firstIndex { areAsMany && (answers?($0.range, number.range) ?? !canBeWords) }
      if let index {
        changed.append(AlignmentLink(source: number.range, target: extra.remove(at: index).range))
      } else if !canBeWords {
        lost.append(number.range)
      }
    }
  }

  /// The digits of numbers with no more than a separator between them, which another language can write as one.
  private static func runs(_ numbers: [WrittenNumber]) -> [String] {
    var runs: [String] = []
    var end = 0
    for number in numbers {
      if runs.isEmpty || number.range.lowerBound > end + maxSeparatorBytes {
        runs.append(number.written)
      } else {
        runs[runs.count - 1] += number.written
      }
      end = number.range.upperBound
    }
    return runs
  }

  /// Bytes of the widest separator, a narrow space.
  private static let maxSeparatorBytes = 3

  /// Removes the first number that matches.
  /// - Returns: whether there was such a number.
  private static func take(from numbers: inout [WrittenNumber], where matches: (WrittenNumber) -> Bool) -> Bool {
    guard let index = numbers.firstIndex(where: matches) else { return false }
    numbers.remove(at: index)
    return true
  }

  /// Removes the two numbers of a time that is written apart, such as "16 h 30" for "4:30" and "17 h" for "5:00".
  private static func takeApart(_ number: WrittenNumber, from numbers: inout [WrittenNumber]) -> Bool {
    guard let minutes = number.minutes else { return false }
    var rest = numbers.filter { $0.minutes == nil }
    guard take(from: &rest, where: { $0.digits == number.digits || means($0.digits, number.digits) }),
      minutes == "0" || take(from: &rest, where: { $0.digits == minutes })
    else { return false }
    numbers = rest + numbers.filter { $0.minutes != nil }
    return true
  }

  /// Whether two numbers can mean the same: "5 p.m." and "17 h", "2.5 million" and "2,500,000", "the '90s" and "1990".
  private static func means(_ first: String, _ second: String) -> Bool {
    if let first = Int(first), let second = Int(second), first <= 24, second <= 24, abs(first - second) == 12 {
      return true
    }
    let (short, long) = first.count < second.count ? (first, second) : (second, first)
    if long.count == 4, short.count == 2, long.hasSuffix(short) { return true }
    return long.count > short.count && long.hasPrefix(short) && long.dropFirst(short.count).allSatisfy { $0 == "0" }
  }

  /// Whether a number can be written in words: it has two digits, or is a hundred, a thousand and so on.
  private static func canBeWords(_ number: WrittenNumber) -> Bool {
    if number.isExact { return number.digits == "0" }
    return number.digits.count <= 2 || number.digits.dropFirst().allSatisfy { $0 == "0" }
  }
}

/// A number in the digits of any script.
struct WrittenNumber: Equatable {
  /// The digits, without separators.
  let written: String
  /// The digits without leading zeros; of a time, those of the hours.
  let digits: String
  /// The minutes of a time without leading zeros, such as "30" of "4:30"; nil for other numbers.
  let minutes: String?
  /// Whether the number has decimals or minutes, as "3.5" and "4:30": nobody writes it in words.
  let isExact: Bool
  /// The bytes of UTF-8 in the text.
  let range: Range<Int>

  /// Returns the numbers of a text outside `kept`, in their order.
  static func all(in text: ByteText, outside kept: [Range<Int>]) -> [WrittenNumber] {
    guard text.canHaveDigits else { return [] }
    var scan = Scan(text.string)
    var rest = kept.sorted { $0.lowerBound < $1.lowerBound }[...]
    return scan.numbers().filter { number in
      rest = rest.drop { $0.upperBound <= number.range.lowerBound }
      return !(rest.first.map { $0.overlaps(number.range) } ?? false)
    }
  }

  private struct Scan {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var bytes = 0

    init(_ text: String) {
      scalars = Array(text.unicodeScalars)
    }

    mutating func numbers() -> [WrittenNumber] {
      var found: [WrittenNumber] = []
      while index < scalars.count {
        if Self.digit(scalars[index]) == nil {
          advance()
        } else {
          found.append(number())
        }
      }
      return found
    }

    private mutating func number() -> WrittenNumber {
      let start = bytes
      var digits = group()
      var first = digits.count
      var isDecimal = false
      while let separator = index < scalars.count ? scalars[index] : nil, joins(separator, after: first) {
        advance()
        let next = group()
        digits += next
        first = 3
        isDecimal = next.count != 3
      }
      let minutes = digits.count <= 2 ? self.minutes() : []
      return WrittenNumber(
        written: (digits + minutes).map(String.init).joined(), digits: Self.value(digits),
        minutes: minutes.isEmpty ? nil : Self.value(minutes), isExact: isDecimal || !minutes.isEmpty,
        range: start..<bytes)
    }

    private static func value(_ digits: [Int]) -> String {
      let value = digits.drop { $0 == 0 }
      return value.isEmpty ? "0" : value.map(String.init).joined()
    }

    /// Reads two digits after a colon.
    private mutating func minutes() -> [Int] {
      guard scalars[index...].first == ":" else { return [] }
      let digits = scalars[(index + 1)...].prefix(3).prefix { Self.digit($0) != nil }.compactMap(Self.digit)
      guard digits.count == 2 else { return [] }
      for _ in 0...digits.count { advance() }
      return digits
    }

    private mutating func group() -> [Int] {
      var digits: [Int] = []
      while index < scalars.count, let digit = Self.digit(scalars[index]) {
        digits.append(digit)
        advance()
      }
      return digits
    }

    /// Whether a separator joins groups of digits: a full stop or comma any, an apostrophe or space groups of three.
    private func joins(_ separator: Unicode.Scalar, after first: Int) -> Bool {
      let next = scalars[(index + 1)...].prefix(4).prefix { Self.digit($0) != nil }.count
      switch separator {
      case ".", ",", "٫", "٬": return next > 0
      case "'", "’", " ", "\u{A0}", "\u{202F}", "\u{2009}": return next == 3 && first <= 3
      default: return false
      }
    }

    private mutating func advance() {
      bytes += UTF8.width(scalars[index])
      index += 1
    }

    private static func digit(_ scalar: Unicode.Scalar) -> Int? {
      if scalar.value < 0x80 { return (48...57).contains(scalar.value) ? Int(scalar.value) - 48 : nil }
      guard scalar.properties.numericType == .decimal else { return nil }
      return scalar.properties.numericValue.map { Int($0) }
    }
  }
}
