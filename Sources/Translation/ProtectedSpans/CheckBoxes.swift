/// Boxes to be ticked, in front of what they are for: `[ ] no`, `- [x] Done`, `( ) male ( ) female`, `☐ I agree`.
extension SpanScan {
  /// The bytes of white space in the widest box.
  private static let maxBlanks = 12
  /// The bytes before a ticked box in which its line can begin.
  private static let maxListMark = 16

  /// Finds a box at its opening bracket. A ticked box between words is one only after another box.
  mutating func checkBox(at index: Int) -> Range<Int>? {
    guard index == 0 || ASCII.isSpace(bytes[index - 1]) else { return nil }
    let isSquare = bytes[index] == UInt8(ascii: "[")
    let first = bytes[(index + 1)...].prefix(Self.maxBlanks).prefix(while: ASCII.isBlank)
    var end = first.endIndex
    let isTicked = isTick(at: end, isSquare: isSquare)
    if isTicked {
      end += 1
      end += bytes[end...].prefix(Self.maxBlanks).prefix(while: ASCII.isBlank).count
    }
    guard byte(end) == (isSquare ? UInt8(ascii: "]") : UInt8(ascii: ")")), isEndOfBox(end + 1) else { return nil }
    let isClear = isTicked ? isSquare && byte(index + 1) | 0x20 == UInt8(ascii: "x") : !first.isEmpty
    guard isClear || hasBox || beginsLine(index) else { return nil }
    hasBox = true
    return index..<end + 1
  }

  /// Finds the letters that a program takes for an answer, such as `[y/N]` and `(y/n/q)`.
  func choice(at index: Int) -> Range<Int>? {
    var end = index + 1
    while ASCII.isLetter(byte(end)), byte(end + 1) == UInt8(ascii: "/") { end += 2 }
    let close = bytes[index] == UInt8(ascii: "[") ? UInt8(ascii: "]") : UInt8(ascii: ")")
    return end > index + 1 && ASCII.isLetter(byte(end)) && byte(end + 1) == close ? index..<end + 2 : nil
  }

  private func isTick(at index: Int, isSquare: Bool) -> Bool {
    ASCII.isOne(of: "xX*", byte(index)) || (isSquare && ASCII.isOne(of: "_-", byte(index)))
  }

  private func isEndOfBox(_ end: Int) -> Bool { end >= bytes.count || ASCII.isSpace(bytes[end]) }

  /// Whether nothing but the mark of a list, or a question that ends in a colon, is before a box on its line.
  private func beginsLine(_ index: Int) -> Bool {
    let near = bytes[max(0, index - Self.maxListMark)..<index]
    if let last = near.last(where: { !ASCII.isBlank($0) }), ASCII.isOne(of: ":?", last) { return true }
    let end = near.lastIndex(of: UInt8(ascii: "\n"))
    guard end != nil || near.startIndex == 0 else { return false }
    return near[(end.map { $0 + 1 } ?? 0)...].allSatisfy {
      ASCII.isBlank($0) || ASCII.isDigit($0) || ASCII.isOne(of: "-*+.)>", $0)
    }
  }
}

/// The boxes among protected spans.
enum CheckBox {
  private static let signs: Set<String> = ["☐", "☑", "☒", "□", "■", "○", "●", "◯", "◻", "◼"]

  /// Whether a protected span is a box.
  static func isBox(_ text: String) -> Bool {
    if signs.contains(text) { return true }
    guard text.utf8.count >= 2, text.hasPrefix("[") && text.hasSuffix("]") || text.hasPrefix("(") && text.hasSuffix(")")
    else { return false }
    let core = text.dropFirst().dropLast().filter { $0 != " " && $0 != "\t" }
    return core.isEmpty || ["x", "X", "*", "_", "-"].contains(core)
  }
}
