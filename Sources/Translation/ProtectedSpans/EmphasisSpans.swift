/// Signs of emphasis in plain text, in pairs around words: `**bold**`, `__bold__`, `*slanted*`, `_slanted_`, `~~struck~~`.
extension SpanScan {
  /// The bytes after an opening sign in which its closing one is looked for, on its line.
  private static let maxEmphasis = 240
  /// The signs of the widest mark.
  private static let maxMark = 3

  /// Finds the sign that begins emphasised words, or the one that ends those that were begun.
  mutating func emphasis(at index: Int) -> Range<Int>? {
    emphasisEnds.removeAll { $0.lowerBound < index }
    if let end = emphasisEnds.first(where: { $0.lowerBound == index }) { return end }
    let mark = mark(at: index)
    guard !mark.isEmpty, index == floor || !isMark(bytes[index - 1]), opensWord(mark),
      let end = endOfEmphasis(mark)
    else { return nil }
    emphasisEnds.append(end)
    return mark
  }

  /// The signs of one kind at an offset; empty if these are none of emphasis.
  private func mark(at index: Int) -> Range<Int> {
    let sign = byte(index)
    let rest = bytes[min(index, bytes.count)...].prefix(Self.maxMark + 1)
    let count = rest.prefix { $0 == sign }.count
    let isMark =
      switch sign {
      case UInt8(ascii: "*"): (1...Self.maxMark).contains(count)
      case UInt8(ascii: "_"): (1...2).contains(count)
      case UInt8(ascii: "~"): count == 2
      default: false
      }
    return index..<index + (isMark ? count : 0)
  }

  private func isMark(_ byte: UInt8) -> Bool { ASCII.isOne(of: "*_~", byte) }

  /// Whether a word begins right after a sign and none ends right before it.
  private func opensWord(_ mark: Range<Int>) -> Bool {
    let start = mark.lowerBound
    let begins = start == 0 || SpanRole.emphasisFollows(bytes[start - 1])
    let next = byte(mark.upperBound)
    return begins && (ASCII.isAlphanumeric(next) || next >= 0x80 || ASCII.isOne(of: "\"'([", next))
  }

  private func endOfEmphasis(_ mark: Range<Int>) -> Range<Int>? {
    let limit = min(bytes.count, mark.upperBound + Self.maxEmphasis)
    var index = mark.upperBound
    var hasLetter = false
    while index < limit, bytes[index] != UInt8(ascii: "\n") {
      let byte = bytes[index]
      if byte == bytes[mark.lowerBound] {
        let end = self.mark(at: index)
        let isClosing = end.count == mark.count && hasLetter && !ASCII.isSpace(bytes[index - 1])
        if isClosing, !ASCII.isWord(self.byte(end.upperBound)) { return end }
        index = max(end.upperBound, index + 1)
      } else {
        hasLetter = hasLetter || ASCII.isLetter(byte) || byte >= 0x80
        index += 1
      }
    }
    return nil
  }
}
