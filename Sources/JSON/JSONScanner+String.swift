extension JSONScanner {
  /// A string from its opening to its closing quote.
  package mutating func string() throws -> String {
    try take("\"")
    let start = offset
    skipPlain()
    guard next != UInt8(ascii: "\"") else {  // most strings have no escape and need no copy
      defer { offset += 1 }
      return try text(bytes[start..<offset], start: start)
    }
    return try escapedString(start)
  }

  /// A string with the scanner at its first byte that is not plain.
  private mutating func escapedString(_ start: Int) throws -> String {
    var decoded = Array(bytes[start..<offset])
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return try text(decoded[...], start: start)
      case UInt8(ascii: "\\"):
        offset += 1
        try appendEscape(to: &decoded)
      case 0..<0x20:
        throw JSONError(offset: offset, found: "a control character", expected: "an escape")
      default:
        let run = offset
        skipPlain()
        decoded += bytes[run..<offset]
      }
    }
    throw JSONError(offset: start - 1, found: "an open string", expected: "its closing quote")
  }

  private mutating func skipPlain() {
    while let byte = next, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { offset += 1 }
  }

  private func text(_ bytes: some Sequence<UInt8>, start: Int) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw JSONError(offset: start - 1, found: "malformed UTF-8", expected: "UTF-8")
    }
    return text
  }

  private mutating func appendEscape(to decoded: inout [UInt8]) throws {
    guard let byte = next else { throw failure(expected: "an escape") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0C)
    case UInt8(ascii: "n"): decoded.append(0x0A)
    case UInt8(ascii: "r"): decoded.append(0x0D)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "u"): decoded += Array(String(try unicodeEscape()).utf8)
    default:
      throw JSONError(offset: offset - 1, found: "an unknown escape", expected: "one of \"\\/bfnrtu")
    }
  }

  /// The four digits after `\u`, and the low surrogate's six characters where they are a high one.
  private mutating func unicodeEscape() throws -> Unicode.Scalar {
    let half = JSONError(offset: offset, found: "half a surrogate pair", expected: "both halves")
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, skip("\\"), skip("u") else { throw half }
    let second = try hexadecimal()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw half }
    return scalar
  }

  private mutating func hexadecimal() throws -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Self.hexadecimalDigit(byte) else {
        throw failure(expected: "a hexadecimal digit")
      }
      value = value << 4 | digit
      offset += 1
    }
    return value
  }

  private static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) - 0x30
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte) - 0x61 + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte) - 0x41 + 10
    default: nil
    }
  }
}
