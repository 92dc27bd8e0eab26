/// Numbers in a notation of their own, whose parts mean nothing alone: dates in digits, articles of laws, feet and inches,
/// powers of ten, and numbers after a mark.
extension SpanScan {
  /// Finds `14/03/2026`, `5(3)`, `6'2"` and `1.5e-3` at its first digit.
  func notation(at index: Int) -> Range<Int>? {
    guard isWordStart(index), index == floor || !ASCII.isOne(of: ".,/-:", bytes[index - 1]) else { return nil }
    let first = digits(at: index)
    guard first.count <= Self.maxDigits, byte(first.upperBound) != 0 else { return nil }
    return date(first) ?? article(first) ?? feet(first) ?? power(first) ?? mixed(first) ?? numbered(first)
      ?? dimensions(first)
  }

  /// The digits of the longest first part.
  private static let maxDigits = 4

  private func digits(at index: Int) -> Range<Int> {
    let start = min(index, bytes.count)
    return start..<start + bytes[start...].prefix(Self.maxDigits + 1).prefix(while: ASCII.isDigit).count
  }

  /// Finds two signs of one kind between the day, the month and the year.
  private func date(_ first: Range<Int>) -> Range<Int>? {
    let sign = byte(first.upperBound)
    guard ASCII.isOne(of: "/.", sign) else { return nil }
    let second = digits(at: first.upperBound + 1)
    guard (1...2).contains(second.count), byte(second.upperBound) == sign else { return nil }
    let third = digits(at: second.upperBound + 1)
    let isDayFirst = first.count <= 2 && (third.count == 4 || (third.count == 2 && sign == UInt8(ascii: "/")))
    let isYearFirst = first.count == 4 && (1...2).contains(third.count)
    guard isDayFirst || isYearFirst, isEnd(third.upperBound), byte(third.upperBound) != sign || !isDigitAfter(third)
    else { return nil }
    return first.lowerBound..<third.upperBound
  }

  /// Finds a number with further ones in brackets, such as `12(1)(b)`.
  private func article(_ first: Range<Int>) -> Range<Int>? {
    guard first.count <= 3 else { return nil }
    var end = first.upperBound
    while byte(end) == UInt8(ascii: "(") {
      let part = bytes[(end + 1)...].prefix(Self.maxDigits).prefix(while: ASCII.isAlphanumeric)
      let isNumber = part.allSatisfy(ASCII.isDigit) && part.count <= 2
      let isLetter = part.count == 1 || part.allSatisfy { ASCII.isOne(of: "ivx", $0) }
      guard !part.isEmpty, isNumber || isLetter, byte(part.endIndex) == UInt8(ascii: ")") else { break }
      end = part.endIndex + 1
    }
    // The plural of "1(s)" is no part of a law.
    let isPlural = end == first.upperBound + 3 && byte(end - 2) == UInt8(ascii: "s")
    return end > first.upperBound && !isPlural && isEnd(end) ? first.lowerBound..<end : nil
  }

  /// Finds feet and inches, or minutes and seconds, after degrees or without.
  private func feet(_ first: Range<Int>) -> Range<Int>? {
    if starts(with: "°", at: first.upperBound) {
      let minutes = digits(at: first.upperBound + 2)
      guard !minutes.isEmpty else { return nil }
      if let range = feet(minutes) { return first.lowerBound..<range.upperBound }
      let sign = ["'", "\u{2032}", "\u{2019}"].first { (sign: StaticString) in
        starts(with: sign, at: minutes.upperBound)
      }
      return sign.map { first.lowerBound..<minutes.upperBound + $0.utf8CodeUnitCount }
    }
    let signs: [(StaticString, StaticString)] = [("'", "\""), ("\u{2032}", "\u{2033}"), ("\u{2019}", "\u{201D}")]
    for (minute, second) in signs where starts(with: minute, at: first.upperBound) {
      let inches = digits(at: first.upperBound + minute.utf8CodeUnitCount)
      guard (1...2).contains(inches.count), starts(with: second, at: inches.upperBound) else { return nil }
      return first.lowerBound..<inches.upperBound + second.utf8CodeUnitCount
    }
    return nil
  }

  /// Finds a number with a fraction, such as `1 1/2`.
  private func mixed(_ first: Range<Int>) -> Range<Int>? {
    guard first.count <= 3, byte(first.upperBound) == UInt8(ascii: " ") else { return nil }
    let over = digits(at: first.upperBound + 1)
    guard (1...2).contains(over.count), byte(over.upperBound) == UInt8(ascii: "/") else { return nil }
    let under = digits(at: over.upperBound + 1)
    let isLess =
      over.count < under.count || (over.count == under.count && bytes[over].lexicographicallyPrecedes(bytes[under]))
    guard (1...2).contains(under.count), isLess, isEnd(under.upperBound), byte(under.upperBound) != UInt8(ascii: "/")
    else { return nil }
    return first.lowerBound..<under.upperBound
  }

  /// Words before the number of a version, or of a part of a text, whose full stop is no sign of decimals.
  private static let numberedWords: Set<String> = [
    "chapter", "clause", "equation", "fig", "figure", "release", "section", "table", "version", "chapitre", "tableau",
    "capítulo", "figura", "secção", "seção", "sección", "tabela", "tabla", "versión", "versão", "versione",
  ]
  private static let maxWordBytes = 12

  /// Finds the `2.4` of "version 2.4" and "Figure 2.4".
  private func numbered(_ first: Range<Int>) -> Range<Int>? {
    guard byte(first.upperBound) == UInt8(ascii: "."), first.lowerBound > floor,
      ASCII.isBlank(bytes[first.lowerBound - 1])
    else { return nil }
    let second = digits(at: first.upperBound + 1)
    let goesOn = ASCII.isOne(of: ".,", byte(second.upperBound)) && isDigitAfter(second)
    guard (1...3).contains(second.count), isEnd(second.upperBound), !goesOn else { return nil }
    let before = bytes[floor..<first.lowerBound - 1].suffix(Self.maxWordBytes)
    let word = String(decoding: before, as: UTF8.self).lowercased().split(separator: " ").last ?? ""
    guard Self.numberedWords.contains(String(word.filter { $0 != "." })) else { return nil }
    return first.lowerBound..<second.upperBound
  }

  /// The bytes of the longest unit of a length.
  private static let maxUnitBytes = 3

  /// Finds `25 cm × 30 cm`, whose units a translation can lose.
  private func dimensions(_ first: Range<Int>) -> Range<Int>? {
    var (end, count) = (first.lowerBound, 0)
    while let next = endOfLength(at: end) {
      (end, count) = (next, count + 1)
      var sign = byte(end) == UInt8(ascii: " ") ? end + 1 : end
      guard byte(sign) == UInt8(ascii: "x") || starts(with: "×", at: sign) else { break }
      sign += byte(sign) == UInt8(ascii: "x") ? 1 : 2
      let number = byte(sign) == UInt8(ascii: " ") ? sign + 1 : sign
      guard endOfLength(at: number) != nil else { break }
      end = number
    }
    return count > 1 ? first.lowerBound..<end : nil
  }

  /// Returns the end of a number with its unit; nil for other text.
  private func endOfLength(at index: Int) -> Int? {
    guard ASCII.isDigit(byte(index)) else { return nil }
    let number = bytes[index...].prefix(2 * Self.maxDigits).prefix { ASCII.isDigit($0) || ASCII.isOne(of: ".,", $0) }
    let start = byte(number.endIndex) == UInt8(ascii: " ") ? number.endIndex + 1 : number.endIndex
    let unit = bytes[min(start, bytes.count)...].prefix(Self.maxUnitBytes + 1).prefix(while: ASCII.isLetter)
    let isUnit = unit.count <= Self.maxUnitBytes && UnitSigns.isSymbol(String(decoding: unit, as: UTF8.self))
    return isUnit ? unit.endIndex : nil
  }

  /// Finds `1.5e-3` and `6E+23`.
  private func power(_ first: Range<Int>) -> Range<Int>? {
    var end = first.upperBound
    if byte(end) == UInt8(ascii: "."), ASCII.isDigit(byte(end + 1)) {
      end += 1 + bytes[(end + 1)...].prefix(20).prefix(while: ASCII.isDigit).count
    }
    guard byte(end) | 0x20 == UInt8(ascii: "e"), ASCII.isOne(of: "+-", byte(end + 1)) else { return nil }
    let exponent = digits(at: end + 2)
    return (1...3).contains(exponent.count) && isEnd(exponent.upperBound) ? first.lowerBound..<exponent.upperBound : nil
  }

  /// Finds a number after `№`, which a tokenizer can read as a word.
  func markedNumber(at index: Int) -> Range<Int>? {
    guard starts(with: "\u{2116}", at: index) else { return nil }
    var start = index + 3
    if byte(start) == UInt8(ascii: " ") { start += 1 } else if starts(with: "\u{A0}", at: start) { start += 2 }
    let number = bytes[min(start, bytes.count)...].prefix(20).prefix(while: ASCII.isDigit)
    return number.isEmpty ? nil : index..<number.endIndex
  }

  private func isDigitAfter(_ range: Range<Int>) -> Bool { ASCII.isDigit(byte(range.upperBound + 1)) }

  /// Whether no word goes on at an offset.
  private func isEnd(_ index: Int) -> Bool { !ASCII.isWord(byte(index)) && !(0xC3..<0xE2).contains(byte(index)) }
}
