extension JSONReader {
  /// Reads a string from its opening to its closing quote.
  mutating func string() throws -> String {
    position += 1
    var text: [UInt8] = []
    var runStart = position
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        text += bytes[runStart..<position]
        let end = position
        position += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw JSONError(message: "broken UTF-8 in the string that ends here", offset: end)
        }
        return string
      case UInt8(ascii: "\\"):
        text += bytes[runStart..<position]
        position += 1
        try appendEscape(to: &text)
        runStart = position
      case 0..<0x20:
        throw error("control character in a string")
      default:
        position += 1
      }
    }
    throw error("the text ends within a string")
  }

  private mutating func appendEscape(to text: inout [UInt8]) throws {
    guard let byte = peek else { throw error("the text ends within a string") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text += Array(String(try unicodeEscape()).utf8)
    default:
      position -= 1
      throw error("unknown escape")
    }
  }

  /// The four digits after `\u`, and the low surrogate's six characters where they are a high one.
  private mutating func unicodeEscape() throws -> Unicode.Scalar {
    let start = position
    let first = try hexDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    let pair = bytes[position...].prefix(2)
    guard first < 0xDC00, pair.elementsEqual([UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
      throw JSONError(message: "lone surrogate in a \\u escape", offset: start)
    }
    position += 2
    let second = try hexDigits()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw JSONError(message: "lone surrogate in a \\u escape", offset: start) }
    return scalar
  }

  private mutating func hexDigits() throws -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = hexDigit(byte)
      else { throw error("expected four hexadecimal digits") }
      value = value << 4 | digit
      position += 1
    }
    return value
  }

  private func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) - 0x30
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte) - 0x61 + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte) - 0x41 + 10
    default: nil
    }
  }
}
