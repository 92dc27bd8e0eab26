/// Symbols that are the same in every language: emoji, raised and lowered digits, fractions, trade marks, and rows of one
/// sign.
extension SpanScan {
  // MARK: Pictures

  func picture(at index: Int) -> Range<Int>? {
    guard canBePicture(index) else { return nil }
    let limit = min(bytes.count, index + 4 * Emoji.maxScalars)
    let scalars = String(decoding: bytes[index..<limit], as: UTF8.self).unicodeScalars.prefix(Emoji.maxScalars)
    guard let length = Emoji.length(Array(scalars)[...]) else { return nil }
    return index..<index + scalars.prefix(length).reduce(0) { $0 + UTF8.width($1) }
  }

  /// A cheap first test: `©` and `®`, U+2100 on and two marks before it, U+1F000 on, and characters of keycaps.
  private func canBePicture(_ index: Int) -> Bool {
    let second = byte(index + 1)
    switch bytes[index] {
    case 0xC2: return second == 0xA9 || second == 0xAE
    case 0xE2: return second >= 0x84 || starts(with: "\u{203C}", at: index) || starts(with: "\u{2049}", at: index)
    case 0xF0: return second == 0x9F
    default: return second == 0xE2 || second == 0xEF
    }
  }

  // MARK: Bullets

  /// The blanks in front of a bullet that are looked at.
  private static let maxIndent = 24

  /// Finds the bullet that begins a line.
  func bullet(at index: Int) -> Range<Int>? {
    let scalars = String(decoding: bytes[index..<min(index + 3, bytes.count)], as: UTF8.self).unicodeScalars
    guard let sign = scalars.first, Bullet.signs.contains(sign), ASCII.isBlank(byte(index + UTF8.width(sign))) else {
      return nil
    }
    let before = bytes[..<index].suffix(Self.maxIndent).last { !ASCII.isBlank($0) }
    return before.map { $0 == UInt8(ascii: "\n") } ?? true ? index..<index + UTF8.width(sign) : nil
  }

  // MARK: Raised digits

  /// Letters before raised or lowered digits that belong to them, as in "km²" and "H₂O"; a longer word is not protected.
  private static let maxUnitLetters = 3
  /// Marks after a name.
  private static let marks: [StaticString] = ["\u{AE}", "\u{A9}", "\u{2122}", "\u{2120}", "\u{2117}"]
  /// Bytes on either side of a sign that are read.
  private static let maxRaisedBytes = 48

  /// Finds raised and lowered digits, fractions and marks such as `™`, with the number or unit that they belong to.
  mutating func raised(at index: Int) -> Range<Int>? {
    if ASCII.isDigit(bytes[index]) {
      let rest = bytes[index...].prefix(Self.maxRaisedBytes)
      let end = rest.firstIndex { !ASCII.isDigit($0) && !ASCII.isOne(of: ".,", $0) } ?? index
      guard byte(end) >= 0xC2, let signs = signs(at: end) else { return nil }
      return factor(before: index)..<signs
    }
    guard let end = signs(at: index) else { return nil }
    let before = bytes[floor..<index].suffix(Self.maxUnitLetters + 1)
    let letters = index - before.reversed().prefix(while: ASCII.isLetter).count
    let belongs = index - letters <= Self.maxUnitLetters && isWordStart(letters) && !isMark(index)
    let formula =
      end + (belongs ? bytes[end...].prefix(Self.maxUnitLetters + 1).prefix(while: ASCII.isLetter).count : 0)
    return (belongs ? letters : index)..<(formula - end <= Self.maxUnitLetters ? formula : end)
  }

  /// Returns the start of a factor with its sign before a power, as in `2.4×10⁵`; the power itself if there is none.
  private func factor(before power: Int) -> Int {
    let before = bytes[floor..<power].suffix(Self.maxRaisedBytes)
    let blanks = before.reversed().prefix(1).prefix(while: ASCII.isBlank).count
    let sign = power - blanks - 2
    guard sign >= floor, starts(with: "\u{D7}", at: sign) || starts(with: "\u{B7}", at: sign) else { return power }
    let digits = bytes[floor..<sign].suffix(Self.maxRaisedBytes).reversed()
    let gap = blanks > 0 ? digits.prefix(1).prefix(while: ASCII.isBlank).count : 0
    let count = digits.dropFirst(gap).prefix { ASCII.isDigit($0) || ASCII.isOne(of: ".,", $0) }.count
    let start = sign - gap - count
    return count > 0 && ASCII.isDigit(bytes[start]) && isWordStart(start) ? start : power
  }

  /// Returns the end of raised digits, fractions and marks; nil if there is none.
  private func signs(at start: Int) -> Int? {
    var end = start
    while end - start < Self.maxRaisedBytes, let width = raisedWidth(at: end) { end += width }
    return end > start ? end : nil
  }

  /// Whether a sign is a mark after a name, rather than a part of a number.
  private func isMark(_ index: Int) -> Bool {
    Self.marks.contains { starts(with: $0, at: index) }
  }

  /// Returns the bytes of a raised or lowered digit, a fraction, a circled or Roman number, or a mark; nil for others.
  private func raisedWidth(at index: Int) -> Int? {
    guard byte(index) == 0xC2 || byte(index) == 0xE2 else { return nil }
    let text = String(decoding: bytes[index..<min(index + 4, bytes.count)], as: UTF8.self)
    guard let scalar = text.unicodeScalars.first else { return nil }
    if isMark(index) || scalar == "⁺" || scalar == "⁻" || scalar == "ⁿ" { return UTF8.width(scalar) }
    switch scalar.properties.generalCategory {
    case .otherNumber, .letterNumber: return UTF8.width(scalar)
    default: return nil
    }
  }

  // MARK: Rows

  /// Finds a row of one sign: a blank of underscores, leaders of full stops, a rule.
  mutating func row(at index: Int) -> Range<Int>? {
    guard index >= seenRow, let width = rowSignWidth(at: index) else { return nil }
    var (end, count) = (index, 0)
    while end + width <= bytes.count, bytes[end..<end + width].elementsEqual(bytes[index..<index + width]) {
      end += width
      count += 1
    }
    if bytes[index] == UInt8(ascii: "_"), let blank = blank(at: index) { return blank }
    if count == 1, let row = spacedRow(at: index, width) { return row }
    seenRow = max(seenRow, end)
    if isFilledIn(index..<end, count) { return index..<end }
    guard count > 1 else { return nil }
    let isUnderscores = bytes[index] == UInt8(ascii: "_")
    guard count >= leastSigns(bytes[index]), isRowStart(index), !isUnderscores || !ASCII.isWord(byte(end))
    else { return nil }
    let touches = ASCII.isOne(of: "*~#+=", bytes[index]) && count < 5
    return touches && (ASCII.isWord(byte(end)) || !isWordStart(index)) ? nil : index..<end
  }

  /// The least signs of a row. Fewer are an ellipsis, a dash or emphasis.
  private func leastSigns(_ sign: UInt8) -> Int {
    switch sign {
    case UInt8(ascii: "."): 5
    case UInt8(ascii: "-"): 4
    default: 3
    }
  }

  /// Whether signs are the blank after a label, as in `City: ..` and `Date: …`, rather than a dash before words.
  private func isFilledIn(_ row: Range<Int>, _ count: Int) -> Bool {
    guard count > 1 || starts(with: "…", at: row.lowerBound),
      row.upperBound == bytes.count || ASCII.isSpace(bytes[row.upperBound])
    else { return false }
    let before = bytes[floor..<row.lowerBound].suffix(Self.maxLabelBlanks)
    return before.last { !ASCII.isBlank($0) } == UInt8(ascii: ":")
  }

  /// The blanks between a label and its row.
  private static let maxLabelBlanks = 4

  /// Finds `. . . .` and `_ _ _`.
  private mutating func spacedRow(at index: Int, _ width: Int) -> Range<Int>? {
    let sign = bytes[index..<index + width]
    var (end, count) = (index + width, 1)
    while byte(end) == UInt8(ascii: " "), bytes[min(end + 1, bytes.count)...].starts(with: sign) {
      end += 1 + width
      count += 1
    }
    let isEnd = end >= bytes.count || !(ASCII.isWord(bytes[end]) || bytes[end] == bytes[index])
    seenRow = max(index + width, end)
    guard count >= (sign.first == UInt8(ascii: ".") ? 4 : 3), isEnd, isRowStart(index) else { return nil }
    return index..<end
  }

  /// Finds a blank to be filled in that has parts, such as `__/__/____` and `__ : __`.
  private mutating func blank(at index: Int) -> Range<Int>? {
    guard isWordStart(index) else { return nil }
    var (end, signs, parts) = (index, 0, 0)
    while true {
      let next = self.end(of: { $0 == UInt8(ascii: "_") }, from: end)
      (end, signs, parts) = (next, signs + next - end, parts + 1)
      let separator = byte(end) == UInt8(ascii: " ") ? end + 1 : end
      guard ASCII.isOne(of: "/.-:", byte(separator)) else { break }
      let part = byte(separator + 1) == UInt8(ascii: " ") ? separator + 2 : separator + 1
      guard byte(part) == UInt8(ascii: "_") else { break }
      end = part
    }
    guard parts > 1, signs >= 3, !ASCII.isWord(byte(end)) else { return nil }
    seenRow = end
    return index..<end
  }

  /// Whether a row can begin: underscores and hyphens within a word are part of it.
  private func isRowStart(_ index: Int) -> Bool { bytes[index] != UInt8(ascii: "_") || isWordStart(index) }

  private static let wideRowSigns: [StaticString] = ["…", "•", "–", "—", "‥", "‗", "‾"]

  private func rowSignWidth(at index: Int) -> Int? {
    let byte = bytes[index]
    if ASCII.isOne(of: "_.-=*~#+", byte) {
      let next = self.byte(index + 1)
      return byte == next || next == UInt8(ascii: " ") || byte == UInt8(ascii: "_") ? 1 : nil
    }
    if byte == 0xC2 { return self.byte(index + 1) == 0xB7 ? 2 : nil }
    guard byte == 0xE2 else { return nil }
    return Self.wideRowSigns.contains { starts(with: $0, at: index) } ? 3 : nil
  }
}

/// A sign in front of an entry of a list.
enum Bullet {
  static let signs: Set<Unicode.Scalar> = ["•", "◦", "▪", "‣", "⁃", "·", "∙", "⦁"]

  static func isBullet(_ text: String) -> Bool {
    text.unicodeScalars.count == 1 && text.unicodeScalars.first.map(signs.contains) ?? false
  }
}
