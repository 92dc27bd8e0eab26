/// What a program puts its own values in place of, and the tags of messages.
extension SpanScan {
  /// `{}`, `{0}`, `{name}`, `{{ name }}`, `[[name]]`
  func bracedPlaceholder(at index: Int) -> Range<Int>? {
    let open = bytes[index]
    let close = open == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]")
    let isDouble = byte(index + 1) == open
    guard isDouble || open == UInt8(ascii: "{") else { return nil }
    let start = index + (isDouble ? 2 : 1)
    let limit = min(bytes.count, start + 80)
    let end = bytes[start..<limit].firstIndex {
      !(ASCII.isWord($0) || ASCII.isOne(of: ".-:!$@|#,'\"()/", $0) || (isDouble && $0 == UInt8(ascii: " ")))
    }
    guard let end, bytes[end] == close, !isDouble || byte(end + 1) == close else { return nil }
    return index..<end + (isDouble ? 2 : 1)
  }

  /// `%s`, `%1$s`, `%.2f`, `%ld`, `%@`, `%(name)s`, `%NAME%`
  func percentPlaceholder(at index: Int) -> Range<Int>? {
    guard index == floor || !ASCII.isDigit(bytes[index - 1]) else { return nil }
    var next = index + 1
    if byte(next) == UInt8(ascii: "(") {
      let name = end(of: ASCII.isWord, from: next + 1)
      guard byte(name) == UInt8(ascii: ")") else { return nil }
      next = name + 1
    }
    if let named = percentName(at: index) { return named }
    next = end(of: { ASCII.isDigit($0) || ASCII.isOne(of: "$.+-#*'", $0) }, from: next)
    guard next - index < 24 else { return nil }
    next = end(of: { ASCII.isOne(of: "hlqLzjt", $0) }, from: next)
    guard ASCII.isOne(of: "@dDiuUxXoOfFeEgGaAcCsSpn", byte(next)), !ASCII.isWord(byte(next + 1)) else { return nil }
    return index..<next + 1
  }

  private func percentName(at index: Int) -> Range<Int>? {
    let end = end(of: ASCII.isWord, from: index + 1)
    return end > index + 2 && byte(end) == UInt8(ascii: "%") ? index..<end + 1 : nil
  }

  /// `${name}`, `$name`; not a price
  func dollarPlaceholder(at index: Int) -> Range<Int>? {
    if byte(index + 1) == UInt8(ascii: "{") {
      return bracedPlaceholder(at: index + 1).map { index..<$0.upperBound }
    }
    guard isWordStart(index), ASCII.isLetter(byte(index + 1)) || byte(index + 1) == UInt8(ascii: "_") else {
      return nil
    }
    return index..<end(of: ASCII.isWord, from: index + 1)
  }

  /// `<0>`, `</b>`, `<br/>`, `<a href="…">`: a name, and nothing else but attributes
  func markup(at index: Int) -> Range<Int>? {
    let name = byte(index + 1) == UInt8(ascii: "/") ? index + 2 : index + 1
    let end = end(of: { ASCII.isWord($0) || ASCII.isOne(of: "-:.", $0) }, from: name)
    let limit = min(bytes.count, index + 400)
    guard end > name, end < limit,
      let close = bytes[end..<limit].firstIndex(where: { ASCII.isOne(of: "<>\n", $0) }),
      bytes[close] == UInt8(ascii: ">")
    else { return nil }
    let rest = bytes[end..<close]
    let isBare = rest.allSatisfy { ASCII.isSpace($0) || $0 == UInt8(ascii: "/") }
    return isBare || (ASCII.isSpace(bytes[end]) && rest.contains(UInt8(ascii: "="))) ? index..<close + 1 : nil
  }
}
