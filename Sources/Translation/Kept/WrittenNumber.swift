/// A number in digits of any script, as it is written.
struct WrittenNumber: Equatable {
  /// Its digits alone, without separators.
  let written: String
  /// The same without leading zeros, and of a time the hours alone.
  let digits: String
  /// Of a time, as "30" of "4:30", without leading zeros.
  let minutes: String?
  /// As in "3.5" and "4:30": nobody writes such a number in words.
  let isExact: Bool
  /// Bytes of the text's UTF-8.
  let range: Range<Int>

  /// All of a text outside `kept`, in their order.
  static func all(in text: ByteText, outside kept: [Range<Int>]) -> [WrittenNumber] {
    guard text.mayHaveDigits else { return [] }
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
      while let separator = index < scalars.count ? scalars[index] : nil, joins(separator, behind: first) {
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

    /// Two digits behind a colon.
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

    /// A full stop or comma joins any digits, an apostrophe or space only groups of three.
    private func joins(_ separator: Unicode.Scalar, behind first: Int) -> Bool {
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
