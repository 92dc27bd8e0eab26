/// Placeholders, escapes and tags in the messages of programs and in templates.
///
/// Each is found at its first byte, and no search goes further than a fixed number of bytes, or than a line.
extension SpanScan {
  /// The bytes that a placeholder can have.
  private static let maxBytes = 240

  // MARK: Braces

  /// Finds `{}`, `{0}`, `{name}`, `{ -brand-name }`, `{value:>10}`, `{{ name | upper }}`, `{% if x %}` and the arguments
  /// of ICU messages.
  func braced(at index: Int) -> Range<Int>? {
    if let end = MessageArgument.end(bytes, at: index) { return index..<end }
    switch byte(index + 1) {
    case UInt8(ascii: "%"): return enclosed(at: index, "{%", "%}")
    case UInt8(ascii: "#"): return enclosed(at: index, "{#", "#}") ?? enclosed(at: index, "{#", "}")
    case UInt8(ascii: "{"): return doubled(at: index)
    default: return singleBraces(at: index).map { index..<$0 }
    }
  }

  /// Finds two or three braces around anything.
  private func doubled(at index: Int) -> Range<Int>? {
    let isTriple = byte(index + 2) == UInt8(ascii: "{")
    return isTriple ? enclosed(at: index, "{{{", "}}}") : enclosed(at: index, "{{", "}}")
  }

  /// Returns the end of a name in braces. It can have white space around it, after a comma, around a bar, and after a
  /// colon.
  private func singleBraces(at index: Int) -> Int? {
    let limit = min(bytes.count, index + Self.maxBytes)
    var next = end(of: ASCII.isBlank, from: index + 1)
    var (hasFormat, canPause) = (false, false)
    while next < limit {
      let byte = bytes[next]
      if byte == UInt8(ascii: "}") { return next + 1 }
      if ASCII.isBlank(byte) {
        let past = end(of: ASCII.isBlank, from: next)
        let goesOn = self.byte(past) == UInt8(ascii: "}") || self.byte(past) == UInt8(ascii: "|")
        guard canPause || hasFormat || goesOn else { return nil }
        next = past
        continue
      }
      let isSign = ASCII.isOne(of: ".-:!$@|#,'\"()/", byte)
      guard ASCII.isWord(byte) || isSign || (hasFormat && ASCII.isOne(of: "<>+*=^?%~&;[]\\", byte)) else { return nil }
      if ASCII.isOne(of: ":,", byte) { hasFormat = true }
      canPause = ASCII.isOne(of: ",|", byte)
      next += 1
    }
    return nil
  }

  /// Finds `[[name]]`.
  func doubleBrackets(at index: Int) -> Range<Int>? {
    guard let span = enclosed(at: index, "[[", "]]") else { return nil }
    let name = bytes[index + 2..<span.upperBound - 2]
    return name.allSatisfy { ASCII.isWord($0) || ASCII.isOne(of: " .-:!$@|#,'\"()/", $0) } ? span : nil
  }

  /// Finds text between two signs on one line.
  private func enclosed(at index: Int, _ open: StaticString, _ close: StaticString) -> Range<Int>? {
    guard starts(with: open, at: index) else { return nil }
    let limit = min(bytes.count, index + Self.maxBytes)
    var next = index + open.utf8CodeUnitCount
    while next < limit, bytes[next] != UInt8(ascii: "\n") {
      if starts(with: close, at: next) { return index..<next + close.utf8CodeUnitCount }
      next += 1
    }
    return nil
  }

  // MARK: Signs before a name

  /// Finds `%s`, `%1$s`, `%.2f`, `%ld`, `%@`, `%(name)s`, `%{name}`, `%1`, `%L1`, `%%`, `%NAME%` and `%%NAME%%`.
  func percentPlaceholder(at index: Int) -> Range<Int>? {
    guard index == floor || !ASCII.isDigit(bytes[index - 1]) else {
      return byte(index + 1) == UInt8(ascii: "%") ? index..<index + 2 : nil
    }
    if let named = percentName(at: index) { return named }
    var next = index + 1
    if byte(next) == UInt8(ascii: "%") { return index..<next + 1 }
    if byte(next) == UInt8(ascii: "{") { return singleBraces(at: next).map { index..<$0 } }
    if starts(with: "%#@", at: index) {
      let end = end(of: ASCII.isWord, from: index + 3)
      return byte(end) == UInt8(ascii: "@") ? index..<end + 1 : nil
    }
    if byte(next) == UInt8(ascii: "(") {
      let name = end(of: { ASCII.isWord($0) || ASCII.isOne(of: ".-", $0) }, from: next + 1)
      guard byte(name) == UInt8(ascii: ")") else { return nil }
      next = name + 1
    }
    next = end(of: { ASCII.isDigit($0) || ASCII.isOne(of: "$.+-#*'", $0) }, from: next)
    guard next - index < 40 else { return nil }
    next = end(of: { ASCII.isOne(of: "hlqLzjt", $0) }, from: next)
    if ASCII.isOne(of: "@dDiuUxXoOfFeEgGaAcCsSpn", byte(next)), !ASCII.isWord(byte(next + 1)) {
      return index..<next + (starts(with: "%%", at: next + 1) ? 3 : 1)
    }
    return percentNumber(at: index)
  }

  /// Finds `%1` and `%L1` to `%99`.
  private func percentNumber(at index: Int) -> Range<Int>? {
    let start = byte(index + 1) == UInt8(ascii: "L") ? index + 2 : index + 1
    let end = end(of: ASCII.isDigit, from: start)
    guard (1...2).contains(end - start), !ASCII.isWord(byte(end)) else { return nil }
    return index..<end
  }

  private func percentName(at index: Int) -> Range<Int>? {
    let isDouble = byte(index + 1) == UInt8(ascii: "%")
    let start = index + (isDouble ? 2 : 1)
    let name = end(of: ASCII.isWord, from: start)
    guard name > start + 1, byte(name) == UInt8(ascii: "%"), !isDouble || byte(name + 1) == UInt8(ascii: "%") else {
      return nil
    }
    return index..<name + (isDouble ? 2 : 1)
  }

  /// Finds `${name}`, `$t(key)`, `$name$` and `$name`, but no price.
  func dollarPlaceholder(at index: Int) -> Range<Int>? {
    if byte(index + 1) == UInt8(ascii: "{") { return enclosed(at: index, "${", "}") }
    guard isWordStart(index), ASCII.isLetter(byte(index + 1)) || byte(index + 1) == UInt8(ascii: "_") else {
      return nil
    }
    let end = end(of: ASCII.isWord, from: index + 1)
    if byte(end) == UInt8(ascii: "$") { return index..<end + 1 }
    if end == index + 2, byte(end) == UInt8(ascii: "(") { return enclosed(at: index, "$t(", ")") }
    return index..<end
  }

  /// Finds `#{name}`.
  func hashPlaceholder(at index: Int) -> Range<Int>? { enclosed(at: index, "#{", "}") }

  /// Finds `*|NAME|*`.
  func starPlaceholder(at index: Int) -> Range<Int>? { enclosed(at: index, "*|", "|*") }

  /// Finds `@:key`, `@.lower:key`, `@@name@@` and `@name@`.
  func atPlaceholder(at index: Int) -> Range<Int>? {
    guard isWordStart(index) else { return nil }
    let isDouble = byte(index + 1) == UInt8(ascii: "@")
    let name = end(of: ASCII.isWord, from: index + (isDouble ? 2 : 1))
    if name > index + 1, byte(name) == UInt8(ascii: "@"), !isDouble || byte(name + 1) == UInt8(ascii: "@") {
      return index..<name + (isDouble ? 2 : 1)
    }
    var colon = index + 1
    if byte(colon) == UInt8(ascii: ".") { colon = end(of: ASCII.isLetter, from: colon + 1) }
    guard byte(colon) == UInt8(ascii: ":") else { return nil }
    var end = end(of: { ASCII.isWord($0) || ASCII.isOne(of: ".-()", $0) }, from: colon + 1)
    while end > colon + 1, ASCII.isOne(of: ".-)(", bytes[end - 1]), bytes[end - 1] != UInt8(ascii: ")") { end -= 1 }
    return end > colon + 1 ? index..<end : nil
  }

  /// Finds `:name` at the start of a word, `:emoji_name:`, and groups of hexadecimal digits such as `fe80::1`.
  mutating func colonName(at index: Int) -> Range<Int>? {
    if let groups = hexadecimalGroups(around: index) { return groups }
    guard isWordStart(index), index == floor || bytes[index - 1] < 0x80, byte(index + 1) != UInt8(ascii: "-") else {
      return nil
    }
    let end = end(of: { ASCII.isWord($0) || ASCII.isOne(of: "+-", $0) }, from: index + 1)
    if byte(end) == UInt8(ascii: ":"), end > index + 1, !ASCII.isWord(byte(end + 1)) { return index..<end + 1 }
    let word = self.end(of: ASCII.isWord, from: index + 1)
    let follows = index == 0 || ASCII.isOne(of: " \n\t(\"'[>/", bytes[index - 1])
    guard follows, word > index + 2, bytes[index + 1] | 0x20 != bytes[index + 1] || ASCII.isLetter(bytes[index + 1])
    else { return nil }
    return bytes[index + 1..<word].contains { ASCII.isLetter($0) } && ASCII.isLetter(bytes[index + 1])
      ? index..<word : nil
  }

  // MARK: Escapes

  /// Finds `\n`, `\t`, `\"`, `\u00e9`, `\x41` and `\(name)`.
  func escape(at index: Int) -> Range<Int>? {
    let next = byte(index + 1)
    if ASCII.isOne(of: "ntrbfv0\"'\\", next) { return index..<index + 2 }
    if next == UInt8(ascii: "(") { return enclosed(at: index, "\\(", ")") }
    let digits = next == UInt8(ascii: "u") ? 4 : next == UInt8(ascii: "x") ? 2 : 0
    let end = index + 2 + digits
    guard digits > 0, end <= bytes.count, bytes[index + 2..<end].allSatisfy(ASCII.isHexadecimal) else { return nil }
    return index..<end
  }

  /// Finds `&nbsp;` and `&#160;`.
  func reference(at index: Int) -> Range<Int>? {
    let start = byte(index + 1) == UInt8(ascii: "#") ? index + 2 : index + 1
    let end = end(of: ASCII.isAlphanumeric, from: start)
    guard end > start + 1, end - start <= 10, byte(end) == UInt8(ascii: ";") else { return nil }
    return index..<end + 1
  }

  // MARK: Tags

  /// The elements of HTML whose text is code or the name of a key.
  private static let codeElements: [StaticString] = ["code", "kbd", "samp", "tt", "var"]

  /// Finds `<kbd>Ctrl</kbd>` on one line, with further elements that are joined to it: `<kbd>Ctrl</kbd>+<kbd>C</kbd>`.
  private func codeElements(at index: Int) -> Range<Int>? {
    guard var end = endOfCodeElement(at: index) else { return nil }
    while ASCII.isOne(of: "+-/", byte(end)), let next = endOfCodeElement(at: end + 1) { end = next }
    return index..<end
  }

  private func endOfCodeElement(at index: Int) -> Int? {
    guard byte(index) == UInt8(ascii: "<"),
      let name = Self.codeElements.first(where: { starts(with: $0, at: index + 1) })
    else { return nil }
    let start = index + 1 + name.utf8CodeUnitCount
    guard byte(start) == UInt8(ascii: ">") else { return nil }
    let limit = min(bytes.count, index + Self.maxBytes)
    let end = bytes[start..<max(start, limit)].firstIndex { ASCII.isOne(of: "<\n", $0) } ?? limit
    let close = end + 2 + name.utf8CodeUnitCount
    guard starts(with: "</", at: end), starts(with: name, at: end + 2), byte(close) == UInt8(ascii: ">") else {
      return nil
    }
    return close + 1
  }

  /// Finds `<0>`, `</b>`, `<br/>`, `<a href="…">`, `<%= x %>` and `<?php … ?>`: a name with nothing but attributes.
  func markup(at index: Int) -> Range<Int>? {
    if byte(index + 1) == UInt8(ascii: "%") { return enclosed(at: index, "<%", "%>") }
    if byte(index + 1) == UInt8(ascii: "?") { return enclosed(at: index, "<?", "?>") }
    if let code = codeElements(at: index) { return code }
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

  /// Finds `[b]`, `[/b]` and `[url=…]`, if the text closes a tag of that name.
  mutating func bracketTag(at index: Int) -> Range<Int>? {
    let start = byte(index + 1) == UInt8(ascii: "/") ? index + 2 : index + 1
    let name = end(of: ASCII.isAlphanumeric, from: start)
    guard (1...12).contains(name - start), ASCII.isLetter(bytes[start]) else { return nil }
    let limit = min(bytes.count, name + Self.maxBytes)
    let isBare = byte(name) == UInt8(ascii: "]")
    guard isBare || ASCII.isOne(of: "= ", byte(name)),
      let close = bytes[name..<limit].firstIndex(where: { ASCII.isOne(of: "[]\n", $0) }),
      bytes[close] == UInt8(ascii: "]"), closedTags.contains(String(decoding: bytes[start..<name], as: UTF8.self))
    else { return nil }
    return index..<close + 1
  }

  // MARK: Links

  /// Finds the `[` of `[text](address)`, or the `![` of a picture.
  mutating func linkStart(at index: Int) -> Range<Int>? {
    let limit = min(bytes.count, index + Self.maxBytes)
    guard index >= seenBracket,
      let close = bytes[index + 1..<max(limit, index + 1)].firstIndex(where: { ASCII.isOne(of: "[]\n", $0) })
    else { return nil }
    seenBracket = close
    guard bytes[close] == UInt8(ascii: "]"), close > index + 1, let end = endOfLink(at: close) else { return nil }
    linkEnd = close..<end
    let isPicture = index > floor && bytes[index - 1] == UInt8(ascii: "!")
    return (isPicture ? index - 1 : index)..<index + 1
  }

  /// Finds the `](address)` of a link that was begun.
  func linkEnd(at index: Int) -> Range<Int>? { linkEnd?.lowerBound == index ? linkEnd : nil }

  private func endOfLink(at close: Int) -> Int? {
    guard byte(close + 1) == UInt8(ascii: "(") else { return nil }
    let end = end(of: { $0 > 0x20 && $0 != UInt8(ascii: ")") && $0 != UInt8(ascii: "(") }, from: close + 2)
    guard byte(end) == UInt8(ascii: ")"), bytes[close + 2..<end].contains(where: { ASCII.isOne(of: "/.#:", $0) }) else {
      return nil
    }
    return end + 1
  }
}
