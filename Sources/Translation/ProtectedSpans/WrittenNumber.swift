/// A number in the digits of any script or in Roman numerals, as it is written.
struct WrittenNumber: Equatable {
  /// The digits without separators, or the letters of a Roman numeral.
  let written: String
  /// The numbers that this can be: "1,234" has two values if the language is not known. A time has those of its hours.
  let values: [DecimalValue]
  /// The minutes of a time without leading zeros, such as "30" of "4:30"; nil for other numbers.
  let minutes: String?
  /// Whether the number has decimals or minutes, as "3.5" and "4:30": nobody writes it in words.
  let isExact: Bool
  /// Whether a minus sign is in front.
  let isNegative: Bool
  /// The letters and signs right after the number, in lower case, and after one space: "million", "p.m", "s".
  let following: String
  /// The half of the day that follows; nil for numbers that are no hour, and if none does.
  private(set) var half: DayHalf?
  /// The bytes of UTF-8 in the text, without a minus sign.
  let range: Range<Int>

  /// The value if the number is an integer that words can stand for; nil for others.
  var small: Int? { isExact || values.count > 1 ? nil : values.first?.integer }

  /// Whether the number is a Roman numeral, or ends as an English ordinal.
  var isOrdinal: Bool {
    written.unicodeScalars.first.map(\.properties.isAlphabetic) ?? false
      || ["st", "nd", "rd", "th"].contains(following)
  }
  /// Whether "a.m." or "p.m." follows.
  var isHalfMarked: Bool { half != nil && ["am", "pm"].contains(following.filter(\.isLetter)) }
  /// The bytes of the number with "a.m." or "p.m." if that follows, without a full stop that ends the text.
  func withHalf(in text: ByteText) -> Range<Int> {
    guard isHalfMarked else { return range }
    var end = range.upperBound
    var letters = 0
    while end < text.count, letters < 2 {
      letters += ASCII.isLetter(text.byte(end)) ? 1 : 0
      end += 1
    }
    if end + 1 < text.count, text.byte(end) == UInt8(ascii: ".") { end += 1 }
    return range.lowerBound..<end
  }

  /// The bytes of the number with the word for a power of a thousand after it; nil if none follows.
  func withScale(in text: ByteText, _ language: String) -> Range<Int>? {
    guard following.hasPrefix(" "), ScaleWords.isWord(following, language) else { return nil }
    var end = range.upperBound
    while end < text.count, !ASCII.isLetter(text.byte(end)) { end += 1 }
    while end < text.count, ASCII.isLetter(text.byte(end)) || text.byte(end) >= 0x80 { end += 1 }
    return range.lowerBound..<end
  }

  /// Whether a word follows that is said of hours, or can be.
  var saysHour: Bool {
    ["am", "pm", "uhr", "da", "de", "del", "di", "du", "heures", "h", "horas"].contains(following.filter(\.isLetter))
  }
  /// Whether the number has minutes or is said to be an hour.
  var isTime: Bool { minutes != nil || half != nil || saysHour }

  /// Gives the first hour of a range, as in "1 to 2 p.m.", the half of the second one.
  private static func shared(_ numbers: [WrittenNumber], _ text: ByteText) -> [WrittenNumber] {
    guard numbers.contains(where: \.isHalfMarked) else { return numbers }
    var numbers = numbers
    for index in numbers.indices.dropLast().reversed() where numbers[index].half == nil {
      let between = numbers[index].range.upperBound..<numbers[index + 1].range.lowerBound
      if numbers[index + 1].isHalfMarked, numbers[index].written.count <= 4, between.count <= 5,
        ["to", "and", "or", "-", "\u{2013}"].contains(text[between].filter { !$0.isWhitespace })
      {
        numbers[index].half = numbers[index + 1].half
      }
    }
    return numbers
  }

  /// Returns the numbers of a text outside `protectedSpans`, in their order.
  /// - Parameter language: the code of the language, which decides whether a comma groups digits; nil if not known.
  static func all(in text: ByteText, outside protectedSpans: [Range<Int>], language: String?) -> [WrittenNumber] {
    guard text.canHaveNumbers else { return [] }
    var scan = NumberScan(text.string, style: NumberStyle(language))
    var rest = protectedSpans.sorted { $0.lowerBound < $1.lowerBound }[...]
    return shared(scan.numbers(), text).filter { number in
      rest = rest.drop { $0.upperBound <= number.range.lowerBound }
      return !(rest.first.map { $0.overlaps(number.range) } ?? false)
    }
  }
}

/// A value in decimal digits: `digits` times ten to the power of `exponent`.
struct DecimalValue: Equatable {
  /// Without zeros at either end; empty for zero.
  let digits: [Int]
  let exponent: Int

  init(_ digits: [Int], exponent: Int) {
    let zeros = digits.reversed().prefix { $0 == 0 }.count
    self.digits = Array(digits.dropLast(zeros).drop { $0 == 0 })
    self.exponent = self.digits.isEmpty ? 0 : exponent + zeros
  }

  func times(powerOfTen: Int) -> DecimalValue {
    DecimalValue(digits, exponent: digits.isEmpty ? 0 : exponent + powerOfTen)
  }

  /// The value as an integer below a million; nil for others.
  var integer: Int? {
    guard exponent >= 0, digits.count + exponent <= 6 else { return nil }
    return (digits + Array(repeating: 0, count: exponent)).reduce(0) { $0 * 10 + $1 }
  }
}

/// The marks by which a language groups digits and begins decimals.
enum NumberStyle {
  /// "1,234.5"
  case pointDecimals
  /// "1.234,5", and both styles of languages that are not known.
  case any

  init(_ language: String?) {
    let points = ["en", "zh", "ja", "ko", "he", "th", "hi", "bn", "ta", "te", "mr", "ur", "sw"]
    let code = language.map { String($0.prefix { $0 != "_" && $0 != "-" }) }
    self = code.map(points.contains) ?? false ? .pointDecimals : .any
  }
}

// MARK: - Reading

/// One pass over a text that finds its numbers.
private struct NumberScan {
  private let scalars: [Unicode.Scalar]
  private let style: NumberStyle
  private var index = 0
  private var bytes = 0

  /// A run of digits and the separator before it.
  private struct Group {
    let separator: Unicode.Scalar?
    let digits: [Int]
    let range: Range<Int>
    /// The offset after the group among the scalars.
    let end: Int
  }

  init(_ text: String, style: NumberStyle) {
    scalars = Array(text.unicodeScalars)
    self.style = style
  }

  mutating func numbers() -> [WrittenNumber] {
    var found: [WrittenNumber] = []
    while index < scalars.count {
      if Self.digit(scalars[index]) != nil {
        found += number()
      } else if let numeral = roman() {
        found.append(numeral)
      } else {
        advance()
      }
    }
    return found
  }

  /// Reads a Roman numeral of two letters or more that is a word, such as "XIV" and the "XIX" of "XIXe"; nil for others.
  ///
  /// Numerals below 40 count, and from five letters on those of years: "MIX" and "CD" are rarely numbers.
  private mutating func roman() -> WrittenNumber? {
    guard RomanNumeral.letters[scalars[index]] != nil, index == 0 || !Self.isOfWord(scalars[index - 1]) else {
      return nil
    }
    let length = scalars[index...].prefix(RomanNumeral.maxLetters + 1).prefix { RomanNumeral.letters[$0] != nil }.count
    let rest = scalars[(index + length)...].prefix(RomanNumeral.maxEnding + 1).prefix(while: Self.isOfWord)
    guard length >= 2, rest.count <= RomanNumeral.maxEnding,
      RomanNumeral.endings.contains(String(String.UnicodeScalarView(rest))),
      let value = RomanNumeral.value(scalars[index..<index + length]), value < 40 || length >= 5
    else { return nil }
    let start = bytes
    let written = String(String.UnicodeScalarView(scalars[index..<index + length]))
    for _ in 0..<length { advance() }
    let digits = String(value).compactMap(\.wholeNumberValue)
    return WrittenNumber(
      written: written, values: [DecimalValue(digits, exponent: 0)], minutes: nil, isExact: false, isNegative: false,
      following: "", half: nil, range: start..<bytes)
  }

  private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar == "_" || digit(scalar) != nil
  }

  /// Reads a number, or several if their separators are those of a list.
  private mutating func number() -> [WrittenNumber] {
    let isNegative = followsMinus()
    var groups = [group(separator: nil)]
    while let separator = index < scalars.count ? scalars[index] : nil, joins(separator, after: groups) {
      advance()
      groups.append(group(separator: separator))
    }
    if let values = values(groups) { return [single(groups, values, isNegative)] }
    return groups.enumerated().map { number, group in
      plain([group], [DecimalValue(group.digits, exponent: 0)], nil, isNegative && number == 0)
    }
  }

  private mutating func single(_ groups: [Group], _ values: [DecimalValue], _ isNegative: Bool) -> WrittenNumber {
    if let time = pointTime(groups) { return time }
    guard groups.count == 1, groups[0].digits.count <= 2, let minutes = minutes() else {
      return plain(groups, values, nil, isNegative)
    }
    return plain(groups, values, minutes, isNegative)
  }

  /// A time with a full stop before its minutes, such as "6.30 a.m."; nil for other numbers.
  private func pointTime(_ groups: [Group]) -> WrittenNumber? {
    guard groups.count == 2, groups[1].separator == ".", groups[0].digits.count <= 2, groups[1].digits.count == 2,
      groups[1].digits[0] < 6
    else { return nil }
    let following = following(groups[1].end)
    guard ["am", "pm", "uhr"].contains(following.filter { $0 != "." && $0 != " " }) else { return nil }
    return WrittenNumber(
      written: groups.flatMap(\.digits).map(String.init).joined(),
      values: [DecimalValue(groups[0].digits, exponent: 0)], minutes: Self.plainText(groups[1].digits), isExact: true,
      isNegative: false, following: following, half: half(after: groups[1].end),
      range: groups[0].range.lowerBound..<groups[1].range.upperBound)
  }

  private func plain(
    _ groups: [Group], _ values: [DecimalValue], _ minutes: [Int]?, _ isNegative: Bool
  ) -> WrittenNumber {
    let digits = groups.flatMap(\.digits) + (minutes ?? [])
    let last = groups[groups.count - 1]
    let end = minutes == nil ? last.range.upperBound : bytes
    let isDecimal = values.allSatisfy { $0.exponent < 0 }
    return WrittenNumber(
      written: digits.map(String.init).joined(), values: values, minutes: minutes.map(Self.plainText),
      isExact: isDecimal || minutes != nil, isNegative: isNegative,
      following: following(minutes == nil ? last.end : index),
      half: groups[0].digits.count <= 2 && digits.count <= 4 ? half(after: minutes == nil ? last.end : index) : nil,
      range: groups[0].range.lowerBound..<end)
  }

  /// The scalars after an hour in which its half of the day is looked for.
  private static let maxHalf = 28

  /// The half of the day that is said after an hour, also after minutes that are written apart.
  private func half(after end: Int) -> DayHalf? {
    var rest = scalars[min(end, scalars.count)...].prefix(Self.maxHalf)
    let mark = rest.prefix(3).prefix { $0 == "h" || SentenceMarks.isBlank($0) }.count
    let minutes = rest.dropFirst(mark).prefix(3).prefix { Self.digit($0) != nil }.count
    if mark > 0, minutes == 2 { rest = rest.dropFirst(mark + minutes) }
    let words = rest.prefix { Self.digit($0) == nil && ![",", ";", ":", "!", "?", "(", ")"].contains($0) }
    guard words.contains(where: \.properties.isAlphabetic) else { return nil }
    return DayHalf(after: String(String.UnicodeScalarView(words)).lowercased())
  }

  private static func plainText(_ digits: [Int]) -> String {
    let value = digits.drop { $0 == 0 }
    return value.isEmpty ? "0" : value.map(String.init).joined()
  }

  /// The values that groups of digits can have; nil if their separators are no number's.
  private func values(_ groups: [Group]) -> [DecimalValue]? {
    let separators = groups.compactMap(\.separator)
    let integer = DecimalValue(groups.flatMap(\.digits), exponent: 0)
    guard let last = separators.last else { return [integer] }
    let tail = groups[groups.count - 1].digits.count
    let decimal = DecimalValue(groups.flatMap(\.digits), exponent: -tail)
    let isGrouped =
      groups.dropFirst().dropLast().allSatisfy { [2, 3].contains($0.digits.count) } && groups[0].digits.count <= 3
    if Self.isSpace(last) { return isGrouped && tail == 3 && separators.allSatisfy(Self.isSpace) ? [integer] : nil }
    if separators.dropLast().contains(last) { return isGrouped && tail == 3 ? [integer] : nil }
    if separators.count > 1 { return isGrouped ? [decimal] : nil }
    let canGroup = tail == 3 && groups[0].digits.count <= 3 && groups[0].digits.first != 0
    guard canGroup else { return [decimal] }
    switch (style, last) {
    case (.pointDecimals, "."): return groups[1].digits == [0, 0, 0] ? [decimal, integer] : [decimal]
    case (_, "٫"): return [decimal]
    case (.pointDecimals, ","), (_, "٬"): return [integer]
    default: return [integer, decimal]
    }
  }

  /// Whether a minus sign is right in front, after white space or an opening mark.
  private func followsMinus() -> Bool {
    guard index > 0, ["-", "\u{2212}"].contains(scalars[index - 1]) else { return false }
    return index == 1 || SentenceMarks.isBlank(scalars[index - 2]) || scalars[index - 2] == "("
  }

  /// The letters after a number, also after one space, with full stops within them.
  private func following(_ end: Int) -> String {
    var start = end
    if start < scalars.count, SentenceMarks.isBlank(scalars[start]) { start += 1 }
    let letters = scalars[min(start, scalars.count)...].prefix(12).prefix { scalar in
      scalar.properties.isAlphabetic || [".", "'", "’"].contains(scalar)
    }
    return (start > end ? " " : "") + String(letters).lowercased()
  }

  /// Reads two digits after a colon, as minutes.
  private mutating func minutes() -> [Int]? {
    guard index < scalars.count, scalars[index] == ":" else { return nil }
    let digits = scalars[(index + 1)...].prefix(3).prefix { Self.digit($0) != nil }.compactMap(Self.digit)
    guard digits.count == 2, digits[0] < 6 else { return nil }
    for _ in 0...digits.count { advance() }
    return digits
  }

  private mutating func group(separator: Unicode.Scalar?) -> Group {
    var digits: [Int] = []
    let start = bytes
    while index < scalars.count, let digit = Self.digit(scalars[index]) {
      digits.append(digit)
      advance()
    }
    return Group(separator: separator, digits: digits, range: start..<bytes, end: index)
  }

  /// Whether a separator joins groups of digits: a full stop or comma any, an apostrophe or space groups of three.
  private func joins(_ separator: Unicode.Scalar, after groups: [Group]) -> Bool {
    let next = scalars[(index + 1)...].prefix(4).prefix { Self.digit($0) != nil }.count
    let (first, last) = (groups[0].digits.count, groups[groups.count - 1].digits.count)
    switch separator {
    case ".", ",", "٫", "٬": return next > 0
    case "'", "’": return next == 3 && first <= 3
    default: return Self.isSpace(separator) && next == 3 && first <= 3 && (groups.count == 1 || last == 3)
    }
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    [" ", "\u{A0}", "\u{202F}", "\u{2009}", "'", "’"].contains(scalar)
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

/// Numerals of the letters I, V, X, L, C, D and M.
private enum RomanNumeral {
  static let letters: [Unicode.Scalar: Int] = ["I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000]
  /// The letters of the longest numeral, 3888.
  static let maxLetters = 15
  /// Endings of ordinals.
  static let endings: Set<String> = [
    "", "e", "er", "re", "ère", "ème", "eme", "ième", "ieme", "nd", "nde", "st", "rd", "th", "s", "ª", "º",
  ]
  /// The letters of the longest ending, such as "ième".
  static let maxEnding = 4

  private static let parts: [(value: Int, letters: String)] = [
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
  ]

  /// Returns the value; nil if a number is not written so.
  static func value(_ numeral: ArraySlice<Unicode.Scalar>) -> Int? {
    let values = numeral.compactMap { letters[$0] }
    guard values.count == numeral.count, values.count <= maxLetters else { return nil }
    let value = values.indices.reduce(0) { sum, index in
      let isBeforeGreater = index + 1 < values.count && values[index] < values[index + 1]
      return sum + (isBeforeGreater ? -values[index] : values[index])
    }
    return value > 0 && written(value).unicodeScalars.elementsEqual(numeral) ? value : nil
  }

  private static func written(_ value: Int) -> String {
    var (rest, text) = (value, "")
    for part in parts {
      while rest >= part.value {
        text += part.letters
        rest -= part.value
      }
    }
    return text
  }
}
