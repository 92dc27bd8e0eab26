/// The tokenizer that WMT's scores are computed with, `mteval-v13a`, as sacreBLEU 2.6 has it (`tok:13a`).
///
/// Works on UTF-8: all that its rules look at is ASCII, and tokens are compared byte by byte, as Python compares strings.
package enum Tokenizer13a {
  package typealias Token = [UInt8]

  package static func tokens(_ line: String) -> [Token] {
    var bytes = Array(line.utf8)
    while let length = trailingSpace(bytes) { bytes.removeLast(length) }
    for (from, to) in replacements { bytes = bytes.replacing(from.utf8, with: to.utf8) }
    bytes = [space] + bytes + [space]
    bytes = setApart(bytes)
    bytes = spaced(bytes, first: { !isDigit($0) }, second: isStop, as: { [$0, space, $1, space] })
    bytes = spaced(bytes, first: isStop, second: { !isDigit($0) }, as: { [space, $0, space, $1] })
    bytes = spaced(bytes, first: isDigit, second: { $0 == UInt8(ascii: "-") }, as: { [$0, space, $1, space] })
    return words(bytes)
  }

  private static let space = UInt8(ascii: " ")

  /// In this order: what an ampersand stands for may be a character reference again.
  private static let replacements = [
    ("<skipped>", ""), ("-\n", ""), ("\n", " "), ("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"),
  ]

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
  private static func isStop(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") }

  /// Spaces round every sign but apostrophe, comma, hyphen and full stop.
  private static func setApart(_ bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { byte in
      switch byte {
      case 0x20...0x26, 0x28...0x2B, 0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: [space, byte, space]
      default: [byte]
      }
    }
  }

  /// Pairs of neighbours that match become something else, from left to right, none of them twice.
  private static func spaced(
    _ bytes: [UInt8], first: (UInt8) -> Bool, second: (UInt8) -> Bool, as pair: (UInt8, UInt8) -> [UInt8]
  ) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count * 2)
    var index = 0
    while index < bytes.count {
      if index + 1 < bytes.count, first(bytes[index]), second(bytes[index + 1]) {
        result += pair(bytes[index], bytes[index + 1])
        index += 2
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  // MARK: White space, as Python's `str.split` sees it

  private static func words(_ bytes: [UInt8]) -> [Token] {
    String(decoding: bytes, as: UTF8.self).unicodeScalars.split(whereSeparator: isSpace).map { Array(String($0).utf8) }
  }

  /// Bytes of the white space at the end; nil where there is none.
  private static func trailingSpace(_ bytes: [UInt8]) -> Int? {
    guard let last = String(decoding: bytes.suffix(4), as: UTF8.self).unicodeScalars.last, isSpace(last) else {
      return nil
    }
    return UTF8.width(last)
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
  }
}
