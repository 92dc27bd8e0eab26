/// Reads JSON (RFC 8259) token by token from bytes that nobody vouches for.
///
/// It neither recurses nor allocates beyond the string at hand, so what a hostile text can cost is for the caller to
/// bound. Integers keep their 64 bits, and duplicate keys are visible, which Foundation's parser hides.
struct JSONScanner {
  struct Failure: Error {
    var offset: Int
    var found: String
    var expected: String
  }

  private let bytes: UnsafeRawBufferPointer
  private(set) var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// The next byte that is not white space, not consumed; nil at the end.
  mutating func peek() -> UInt8? {
    while offset < bytes.count, Self.isSpace(bytes[offset]) { offset += 1 }
    return offset < bytes.count ? bytes[offset] : nil
  }

  mutating func take(_ expected: Character) throws(Failure) {
    guard let byte = peek(), byte == expected.asciiValue else { throw failure(expected: "'\(expected)'") }
    offset += 1
  }

  /// Consumes the character if it comes next.
  mutating func takeIf(_ character: Character) -> Bool {
    guard let byte = peek(), byte == character.asciiValue else { return false }
    offset += 1
    return true
  }

  mutating func end() throws(Failure) {
    guard peek() == nil else { throw failure(expected: "the end of the text") }
  }

  mutating func literal(_ word: StaticString) throws(Failure) {
    _ = peek()
    let length = word.utf8CodeUnitCount
    for index in 0..<length {
      guard offset + index < bytes.count, bytes[offset + index] == word.utf8Start[index] else {
        throw failure(expected: "\(word)")
      }
    }
    offset += length
  }

  /// A whole number; a fraction or an exponent is refused.
  mutating func integer() throws(Failure) -> Int {
    let start = (peek(), offset).1
    let text = numberText()
    guard let value = Int(text), text != "-0" else {
      offset = start
      throw failure(expected: "a whole number of 64 bits")
    }
    return value
  }

  mutating func number() throws(Failure) -> JSONValue {
    let start = (peek(), offset).1
    let text = numberText()
    if let value = Int(text) { return .integer(value) }
    guard text.first != "+", text.last?.isNumber == true, let value = Double(text), value.isFinite else {
      offset = start
      throw failure(expected: "a number")
    }
    return .real(value)
  }

  mutating func string() throws(Failure) -> String {
    let start = (peek(), offset).1
    try take("\"")
    var decoded: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: decoded, as: UTF8.self) else {
          offset = start
          throw failure(expected: "UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): try escape(into: &decoded)
      case 0..<0x20:
        offset -= 1
        throw failure(expected: "no control character in a string")
      default: decoded.append(byte)
      }
    }
    throw failure(expected: "a closing quote")
  }

  func failure(expected: String) -> Failure {
    guard offset < bytes.count else { return Failure(offset: offset, found: "the end", expected: expected) }
    let byte = bytes[offset]
    let printable = byte > 0x20 && byte < 0x7F
    let found = printable ? "'\(Character(UnicodeScalar(byte)))'" : "byte 0x" + String(byte, radix: 16)
    return Failure(offset: offset, found: found, expected: expected)
  }

  private mutating func numberText() -> String {
    let start = offset
    while offset < bytes.count, offset - start < 64, Self.isNumberByte(bytes[offset]) { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    let digits = text.drop { $0 == "-" }
    let leadingZero = digits.count > 1 && digits.first == "0" && digits.dropFirst().first?.isNumber == true
    return leadingZero || text.first == "+" ? "" : text
  }

  private mutating func escape(into decoded: inout [UInt8]) throws(Failure) {
    guard offset < bytes.count else { throw failure(expected: "an escape") }
    let byte = bytes[offset]
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0C)
    case UInt8(ascii: "n"): decoded.append(0x0A)
    case UInt8(ascii: "r"): decoded.append(0x0D)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "u"): decoded.append(contentsOf: Array(String(Character(try scalar())).utf8))
    default:
      offset -= 1
      throw failure(expected: "an escape")
    }
  }

  /// One scalar of `\uXXXX`, or of two of them where the first is a high surrogate.
  private mutating func scalar() throws(Failure) -> UnicodeScalar {
    let first = try hexadecimal()
    if let scalar = UnicodeScalar(first) { return scalar }
    guard first < 0xDC00, takeEscapeStart() else { throw failure(expected: "a pair of surrogates") }
    let second = try hexadecimal()
    guard 0xDC00..<0xE000 ~= second, let scalar = UnicodeScalar(0x10000 + ((first - 0xD800) << 10) + second - 0xDC00)
    else { throw failure(expected: "a pair of surrogates") }
    return scalar
  }

  private mutating func takeEscapeStart() -> Bool {
    guard offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u") else {
      return false
    }
    offset += 2
    return true
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    guard offset + 4 <= bytes.count else { throw failure(expected: "four hexadecimal digits") }
    var value: UInt32 = 0
    for byte in bytes[offset..<offset + 4] {
      guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
        throw failure(expected: "four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
    }
    offset += 4
    return value
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  private static func isNumberByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
      UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }
}
