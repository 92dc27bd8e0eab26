/// Reads JSON (RFC 8259) token by token from untrusted bytes; all methods throw `JSONError`.
///
/// The scanner neither recurses nor allocates beyond the current string, so the caller bounds the cost of a hostile text.
/// It is stricter than Foundation's parsers: integers keep their 64 bits, repeated names are visible, and broken UTF-8,
/// lone surrogates and anything after the value are refused. Strings keep the bytes of the text.
package struct JSONScanner {
  fileprivate let bytes: UnsafeBufferPointer<UInt8>
  package fileprivate(set) var offset = 0
  /// Offset of the name that `object` read last.
  package private(set) var nameOffset = 0

  /// - Parameter bytes: must outlive the scanner.
  package init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes.bindMemory(to: UInt8.self)
  }

  /// The next byte that is not white space, without consuming it; nil at the end.
  package mutating func peek() -> UInt8? {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    return next
  }

  /// Consumes the mark and white space before it.
  package mutating func take(_ mark: Unicode.Scalar) throws {
    guard takeIf(mark) else { throw failure(expected: "'\(mark)'") }
  }

  /// Consumes the mark if it comes next.
  package mutating func takeIf(_ mark: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: mark) else { return false }
    offset += 1
    return true
  }

  /// Checks that nothing but white space is left.
  package mutating func end() throws {
    guard peek() == nil else { throw failure(expected: "the end") }
  }

  /// Consumes `true`, `false` or `null`.
  package mutating func word(_ word: StaticString) throws {
    _ = peek()
    let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard bytes[offset...].starts(with: expected) else { throw failure(expected: "\(word)") }
    offset += expected.count
  }

  /// Reads an object.
  /// - Parameter member: reads one value; called after each name and its colon.
  package mutating func object(_ member: (_ scanner: inout JSONScanner, _ name: String) throws -> Void) throws {
    try take("{")
    guard !takeIf("}") else { return }
    repeat {
      _ = peek()
      nameOffset = offset
      let name = try string()
      try take(":")
      try member(&self, name)
    } while takeIf(",")
    guard takeIf("}") else { throw failure(expected: "',' or '}'") }
  }

  /// Reads an array.
  /// - Parameter element: reads one value.
  package mutating func array(_ element: (_ scanner: inout JSONScanner) throws -> Void) throws {
    try take("[")
    guard !takeIf("]") else { return }
    repeat { try element(&self) } while takeIf(",")
    guard takeIf("]") else { throw failure(expected: "',' or ']'") }
  }

  /// The error for another byte than expected at the current offset.
  package func failure(expected: String) -> JSONError {
    JSONError(offset: offset, found: describedByte, expected: expected)
  }

  private var describedByte: String {
    guard let byte = next else { return "the end" }
    return (0x21..<0x7F).contains(byte) ? "'\(Unicode.Scalar(byte))'" : "byte 0x" + String(byte, radix: 16)
  }

  /// The byte at the current offset; nil at the end.
  fileprivate var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// Consumes the character if it is next, without white space before it.
  fileprivate mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }
}

// MARK: - Strings

extension JSONScanner {
  /// Reads a string, from its opening to its closing quote.
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

  /// Reads the rest of a string from its first escape on.
  /// - Parameter start: offset of its first character.
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

  /// Reads the four digits after `\u`, and the six characters of the low surrogate after a high one.
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

// MARK: - Numbers

extension JSONScanner {
  /// Reads a whole number; a fraction or an exponent is refused.
  package mutating func integer() throws -> Int {
    _ = peek()
    let start = offset
    _ = skip("-")
    let digits = skipDigits()
    guard offset > start, !digits.haveLeadingZero, !isFollowedByFraction else {
      throw failure(expected: "a whole number")
    }
    let text = text(from: start)
    guard let value = Int(text) else {
      throw JSONError(offset: start, found: "\(text.prefix(32))", expected: "a 64-bit number")
    }
    return value
  }

  /// Reads a number.
  /// - Returns: `.integer` if it has neither fraction nor exponent and fits into 64 bits, else `.real`.
  package mutating func number() throws -> JSONValue {
    _ = peek()
    let start = offset
    _ = skip("-")
    let digits = skipDigits()
    guard digits.count > 0 else { throw failure(expected: offset == start ? "a value" : "a digit") }
    guard !digits.haveLeadingZero else {
      throw JSONError(offset: start, found: "a leading zero", expected: "a number without")
    }
    let isWhole = !isFollowedByFraction
    if skip(".") { try requireDigits() }
    if skip("e") || skip("E") {
      if !skip("+") { _ = skip("-") }
      try requireDigits()
    }
    let text = text(from: start)
    if isWhole, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw JSONError(offset: start, found: "\(text.prefix(32))", expected: "a number within the range of a double")
    }
    return .real(value)
  }

  private mutating func requireDigits() throws {
    guard skipDigits().count > 0 else { throw failure(expected: "a digit") }
  }

  private mutating func skipDigits() -> (count: Int, haveLeadingZero: Bool) {
    let start = offset
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
    let count = offset - start
    return (count, count > 1 && bytes[start] == UInt8(ascii: "0"))
  }

  private var isFollowedByFraction: Bool {
    next == UInt8(ascii: ".") || next == UInt8(ascii: "e") || next == UInt8(ascii: "E")
  }

  private func text(from start: Int) -> String { String(decoding: bytes[start..<offset], as: UTF8.self) }
}

// MARK: - Errors

/// The place where a text is not JSON, or not the JSON that was expected, and the reason.
package struct JSONError: Error, Equatable, CustomStringConvertible {
  /// Offset in the text, in bytes.
  package var offset: Int
  package var found: String
  package var expected: String

  package init(offset: Int, found: String, expected: String) {
    self.offset = offset
    self.found = found
    self.expected = expected
  }

  package var description: String { "expected \(expected), found \(found) (byte \(offset))" }
}
