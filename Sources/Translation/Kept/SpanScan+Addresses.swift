/// Addresses of the web and of mail, mentions and tags.
extension SpanScan {
  /// `scheme://…`
  func webAddress(colon: Int) -> Range<Int>? {
    guard starts(with: "://", at: colon) else { return nil }
    let start = start(of: { ASCII.isAlphanumeric($0) || ASCII.isOne(of: "+-.", $0) }, before: colon)
    guard start < colon, colon - start <= 24, let end = endOfAddress(from: colon + 3) else { return nil }
    return start..<end
  }

  /// `www.…`
  func bareWebAddress(at index: Int) -> Range<Int>? {
    guard isWordStart(index), starts(with: "www.", at: index) || starts(with: "WWW.", at: index),
      let end = endOfAddress(from: index + 4)
    else { return nil }
    return index..<end
  }

  func mailAddress(at sign: Int) -> Range<Int>? {
    let local = start(of: { ASCII.isAlphanumeric($0) || ASCII.isOne(of: "._%+-", $0) }, before: sign)
    guard local < sign else { return nil }
    var end = end(of: { ASCII.isAlphanumeric($0) || ASCII.isOne(of: ".-", $0) }, from: sign + 1)
    while end > sign, ASCII.isOne(of: ".-", bytes[end - 1]) { end -= 1 }
    guard bytes[sign..<end].contains(UInt8(ascii: ".")) else { return nil }
    let mailto = local >= floor + 7 && starts(with: "mailto:", at: local - 7)
    return (mailto ? local - 7 : local)..<end
  }

  /// `@name`
  func mention(at index: Int) -> Range<Int>? {
    guard isWordStart(index) else { return nil }
    var end = end(of: { ASCII.isWord($0) || ASCII.isOne(of: ".-", $0) }, from: index + 1)
    while end > index + 1, ASCII.isOne(of: ".-", bytes[end - 1]) { end -= 1 }
    return end > index + 1 ? index..<end : nil
  }

  /// `#tag`, of letters of scripts with spaces, or `#12`
  func tag(at index: Int) -> Range<Int>? {
    guard isWordStart(index) else { return nil }
    let end = min(end(of: { ASCII.isWord($0) || $0 >= 0x80 }, from: index + 1), index + 200)
    let text = String(decoding: bytes[index + 1..<end], as: UTF8.self).unicodeScalars
    let length = text.prefix {
      let isSpaced = $0.value < 0x0E00 || (0xAC00...0xD7A3).contains($0.value)
      return $0 == "_" || (isSpaced && ($0.properties.isAlphabetic || $0.properties.numericType != nil))
    }.reduce(0) { $0 + UTF8.width($1) }
    return length > 0 ? index..<index + 1 + length : nil
  }

  /// - Returns: nil where nothing is there.
  func endOfAddress(from start: Int) -> Int? {
    var end = start
    while end < bytes.count, let width = widthWithinAddress(at: end) { end += width }
    var open = bytes[start..<end].reduce(0) { $0 + ($1 == UInt8(ascii: "(") ? 1 : $1 == UInt8(ascii: ")") ? -1 : 0) }
    while end > start {
      let last = bytes[end - 1]
      let isUnopened = last == UInt8(ascii: ")") && open < 0
      guard isUnopened || ASCII.isOne(of: ".,;:!?'\"*_~]", last) else { break }
      if isUnopened { open += 1 }
      end -= 1
    }
    return end > start ? end : nil
  }

  /// Bytes of a character that may be part of an address: ASCII but for what quotes and brackets it, and letters that
  /// are not of a script without spaces.
  private func widthWithinAddress(at index: Int) -> Int? {
    let byte = bytes[index]
    if byte < 0x80 { return byte > 0x20 && byte < 0x7F && !ASCII.isOne(of: "<>\"`{}|\\^", byte) ? 1 : nil }
    let scalar = String(decoding: bytes[index..<min(index + 4, bytes.count)], as: UTF8.self).unicodeScalars.first
    guard let scalar, scalar.value < 0x0E00, scalar.properties.isAlphabetic else { return nil }
    return UTF8.width(scalar)
  }
}
