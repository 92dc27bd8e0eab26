/// A text with access to its parts by offsets of UTF-8.
struct ByteText: Sendable {
  let string: String
  private let bytes: [UInt8]

  init(_ string: String) {
    self.string = string
    bytes = Array(string.utf8)
  }

  var count: Int { bytes.count }

  subscript(range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  func byte(_ index: Int) -> UInt8 { bytes[index] }

  /// Whether the text can have numbers; false only if it has no digit of any script and no Roman numeral.
  var canHaveNumbers: Bool {
    func isNumeral(_ byte: UInt8) -> Bool { ASCII.isOne(of: "IVXLCDM", byte) }
    return bytes.indices.contains { index in
      let byte = bytes[index]
      return byte >= 0x80 || ASCII.isDigit(byte) || (isNumeral(byte) && index > 0 && isNumeral(bytes[index - 1]))
    }
  }

  func isBlank(_ range: Range<Int>) -> Bool { self[range].unicodeScalars.allSatisfy(SentenceMarks.isBlank) }

  /// The space at an offset, which can be a no-break space; empty if another character is there.
  func space(at offset: Int) -> Range<Int> {
    let space = Self.spaces.first { space in
      offset + space.count <= count && offset >= 0 && bytes[offset..<offset + space.count].elementsEqual(space)
    }
    return offset..<offset + (space?.count ?? 0)
  }

  private static let spaces = [" ", "\u{A0}", "\u{202F}", "\u{2009}"].map { Array($0.utf8) }

  /// Returns the places of a text in this one, from the first on, not overlapping.
  /// - Parameter alone: whether its ASCII letters and digits must not touch others at either end.
  func places(of text: String, alone: Bool) -> [Range<Int>] {
    let wanted = Array(text.utf8)
    guard let first = wanted.first, wanted.count <= count else { return [] }
    var places: [Range<Int>] = []
    var index = 0
    while index + wanted.count <= count {
      let place = index..<index + wanted.count
      if bytes[index] == first, bytes[place].elementsEqual(wanted), !alone || standsAlone(place) {
        places.append(place)
        index += wanted.count
      } else {
        index += 1
      }
    }
    return places
  }

  /// Whether no word continues over either end of a range, which is not empty.
  func standsAlone(_ range: Range<Int>) -> Bool {
    func holds(_ index: Int) -> Bool {
      index > 0 && index < count && ASCII.isAlphanumeric(bytes[index - 1]) && ASCII.isAlphanumeric(bytes[index])
    }
    return !holds(range.lowerBound) && !holds(range.upperBound)
  }

  /// Whether at least `least` letters or digits are right before an offset.
  func hasLetter(before offset: Int, least: Int = 1) -> Bool {
    let before = self[max(0, start(ofCharacterAt: offset - 4 * least))..<offset]
    return before.unicodeScalars.reversed().prefix(while: Self.isLetter).count >= least
  }

  /// Whether at least `least` letters or digits are right after an offset.
  func hasLetter(after offset: Int, least: Int = 1) -> Bool {
    let after = self[offset..<min(count, offset + 4 * least)]
    return after.unicodeScalars.prefix(while: Self.isLetter).count >= least
  }

  private func start(ofCharacterAt offset: Int) -> Int {
    var start = max(0, offset)
    while start > 0, start < count, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || (scalar.value >= 48 && scalar.value <= 57)
  }

  /// Returns a range with the letters and symbols that touch it, as in "$4.50", "20%" and "3.5km".
  func joined(_ range: Range<Int>) -> Range<Int> { extended(range, over: Self.joins) }

  /// Returns a range with the minus sign in front of it, if there is one.
  func withSign(_ range: Range<Int>) -> Range<Int> {
    for sign in ["-", "\u{2212}"] {
      let start = range.lowerBound - sign.utf8.count
      if start >= 0, self[start..<range.lowerBound] == sign { return start..<range.upperBound }
    }
    return range
  }

  /// Returns a range with the letters and digits that touch its own at either end.
  func wholeWords(_ range: Range<Int>) -> Range<Int> { extended(range, over: Self.isLetter) }

  private func extended(_ range: Range<Int>, over isPart: (Unicode.Scalar) -> Bool) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start > 0 {
      let first = self.start(ofCharacterAt: start - 1)
      guard let scalar = self[first..<start].unicodeScalars.first, isPart(scalar) else { break }
      start = first
    }
    while end < count {
      var next = end + 1
      while next < count, bytes[next] & 0xC0 == 0x80 { next += 1 }
      guard let scalar = self[end..<next].unicodeScalars.first, isPart(scalar) else { break }
      end = next
    }
    return start..<end
  }

  private static func joins(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .currencySymbol, .mathSymbol, .otherSymbol, .decimalNumber: true
    default: scalar == "%" || scalar == "#" || scalar.properties.isAlphabetic
    }
  }

  /// Returns the end of the text before an offset, without the blanks in front of that.
  func end(ofTextBefore offset: Int) -> Int {
    var end = offset
    while end > 0, ASCII.isSpace(bytes[end - 1]) { end -= 1 }
    return end
  }

  /// The last characters of a range, enough for two short words.
  func end(of range: Range<Int>) -> Substring {
    var start = max(range.lowerBound, range.upperBound - 48)
    while start > 0, start < count, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return self[start..<range.upperBound][...]
  }

  /// Returns a range without white space and signs at its ends.
  func withoutSigns(_ range: Range<Int>) -> Range<Int> {
    var scalars = Array(self[range].unicodeScalars)[...]
    var (start, end) = (range.lowerBound, range.upperBound)
    while let scalar = scalars.first, !Self.isLetter(scalar) { start += UTF8.width(scalars.removeFirst()) }
    while let scalar = scalars.last, !Self.isLetter(scalar) { end -= UTF8.width(scalars.removeLast()) }
    return start..<max(start, end)
  }

  func hasLetters(within range: Range<Int>) -> Bool { Self.hasLetters(bytes[range]) }
  func hasDigit(within range: Range<Int>) -> Bool { bytes[range].contains(where: ASCII.isDigit) }

  /// Whether there is a letter of any script outside `protectedSpans`.
  func hasLetters(outside protectedSpans: [Range<Int>]) -> Bool {
    var cursor = 0
    for span in protectedSpans + [count..<count] {
      if cursor < span.lowerBound, Self.hasLetters(bytes[cursor..<span.lowerBound]) { return true }
      cursor = max(cursor, span.upperBound)
    }
    return false
  }

  private static func hasLetters(_ bytes: ArraySlice<UInt8>) -> Bool {
    if bytes.contains(where: ASCII.isLetter) { return true }
    guard bytes.contains(where: { $0 >= 0x80 }) else { return false }
    return String(decoding: bytes, as: UTF8.self).unicodeScalars.contains { $0.properties.isAlphabetic }
  }

  /// Returns a range without blanks at its ends, closing marks at its start and opening marks at its end.
  ///
  /// The parts in `protectedSpans` stay within the range, and so do marks at the ends of the text.
  func core(_ range: Range<Int>, from atStart: Bool, to atEnd: Bool, protectedSpans: ArraySlice<Range<Int>>) -> Range<
    Int
  > {
    var scalars = Array(self[range].unicodeScalars)[...]
    var (start, end) = (range.lowerBound, range.upperBound)
    let (first, last) = (protectedSpans.first?.lowerBound ?? end, protectedSpans.last?.upperBound ?? start)
    while start < first, let scalar = scalars.first, SentenceMarks.isBlank(scalar) || (!atStart && Self.closes(scalar))
    {
      start += UTF8.width(scalar)
      scalars.removeFirst()
    }
    while end > last, let scalar = scalars.last,
      SentenceMarks.isBlank(scalar) || (!atEnd && SentenceMarks.openers.contains(scalar))
    {
      end -= UTF8.width(scalar)
      scalars.removeLast()
    }
    return start..<max(start, end)
  }

  private static func closes(_ scalar: Unicode.Scalar) -> Bool {
    SentenceMarks.closers.contains(scalar) || SentenceMarks.clause.contains(scalar)
      || SentenceMarks.spaced.contains(scalar) || SentenceMarks.unspaced.contains(scalar)
      || SentenceMarks.unspacedClause.contains(scalar)
  }
}

// MARK: Bytes

/// Classes of ASCII bytes.
enum ASCII {
  static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
  static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
  /// Whether a byte is a letter, a digit or the underscore.
  static func isWord(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == UInt8(ascii: "_") }
  static func isLowercase(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "a") < 26 }
  static func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6 }
  /// Whether a byte is a space or a tabulator.
  static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
  static func isSpace(_ byte: UInt8) -> Bool { byte <= 0x20 }
  static func isOne(of set: StaticString, _ byte: UInt8) -> Bool {
    set.withUTF8Buffer { $0.contains(byte) }
  }
}
