/// Reads `vocab.json`: one JSON object (RFC 8259) of strings to whole numbers.
///
/// Not a general JSON decoder: keys must be kept byte for byte, as pieces may differ in their normal form alone, which
/// Swift's strings call equal.
struct VocabularyParser {
  private let bytes: [UInt8]
  private let file: String
  private var position = 0

  init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// - Throws: `TokenizationError` at the first byte that does not belong there.
  mutating func entries() throws -> [(piece: [UInt8], id: Int)] {
    var result: [(piece: [UInt8], id: Int)] = []
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    try expect("{")
    if !accept("}") {
      repeat {
        try expect("\"")
        let piece = try string()
        try expect(":")
        result.append((piece, try number()))
      } while accept(",")
      try expect("}")
    }
    skipSpace()
    guard position == bytes.count else { throw failure(found: "more text", expected: "the end") }
    return result
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard accept(character) else { throw failure(found: describedByte, expected: "'\(character)'") }
  }

  private mutating func number() throws -> Int {
    skipSpace()
    let start = position
    if peek == UInt8(ascii: "-") { position += 1 }
    while let byte = peek, (0x30...0x39).contains(byte) { position += 1 }
    let digits = String(decoding: bytes[start..<position], as: UTF8.self)
    let ends: [UInt8?] = [0x20, 0x0A, 0x0D, 0x09, UInt8(ascii: ","), UInt8(ascii: "}")]
    guard !digits.isEmpty, ends.contains(peek) else { throw failure(found: describedByte, expected: "a whole number") }
    guard let value = Int(digits) else { throw failure(found: digits.prefix(32) + "", expected: "a 64-bit number") }
    return value
  }

  // MARK: - Strings

  /// After the opening quote, up to and with the closing one.
  private mutating func string() throws -> [UInt8] {
    var result: [UInt8] = []
    let start = position
    while let byte = peek {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard String(validating: result, as: UTF8.self) != nil else {
          throw failure(at: start, found: "malformed UTF-8", expected: "UTF-8")
        }
        return result
      case UInt8(ascii: "\\"): try appendEscape(to: &result)
      case 0..<0x20: throw failure(at: position - 1, found: "a control character", expected: "an escape")
      default: result.append(byte)
      }
    }
    throw failure(at: start, found: "an open string", expected: "its closing quote")
  }

  private mutating func appendEscape(to result: inout [UInt8]) throws {
    guard let byte = peek else { throw failure(found: describedByte, expected: "an escape") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "u"): result.append(contentsOf: String(try unicodeEscape()).utf8)
    default: throw failure(at: position - 1, found: "an unknown escape", expected: "one of \"\\/bfnrtu")
    }
  }

  private mutating func unicodeEscape() throws -> Unicode.Scalar {
    let start = position
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, bytes[position...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
      throw failure(at: start, found: "half a surrogate pair", expected: "both halves")
    }
    position += 2
    let second = try hexadecimal()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else {
      throw failure(at: start, found: "half a surrogate pair", expected: "both halves")
    }
    return scalar
  }

  private mutating func hexadecimal() throws -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw failure(found: describedByte, expected: "a hexadecimal digit")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  // MARK: - Errors

  private var describedByte: String {
    guard let byte = peek else { return "the end" }
    return (0x21..<0x7F).contains(byte) ? "'\(Unicode.Scalar(byte))'" : "byte \(byte)"
  }

  private func failure(at offset: Int? = nil, found: String, expected: String) -> TokenizationError {
    TokenizationError(file: file, item: "byte \(offset ?? position)", found: found, expected: expected)
  }
}
