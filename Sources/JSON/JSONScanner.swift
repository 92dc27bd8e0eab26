/// Reads JSON (RFC 8259) token by token from bytes that nobody vouches for; everything throws `JSONError`.
///
/// It neither recurses nor allocates beyond the string at hand, so what a hostile text can cost is for the caller to
/// bound. It is strict where Foundation's parsers are not: integers keep their 64 bits, repeated names are visible, and
/// broken UTF-8, lone surrogates and anything behind the value are refused. Strings keep the bytes of the text.
package struct JSONScanner {
  let bytes: UnsafeBufferPointer<UInt8>
  package internal(set) var offset = 0
  /// Where the name begins that `object` read last.
  package private(set) var nameOffset = 0

  /// - Parameter bytes: must outlive the scanner.
  package init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes.bindMemory(to: UInt8.self)
  }

  /// The next byte that is not white space, not consumed; nil at the end.
  package mutating func peek() -> UInt8? {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    return next
  }

  /// Consumes the mark, white space before it included.
  package mutating func take(_ mark: Unicode.Scalar) throws {
    guard takeIf(mark) else { throw failure(expected: "'\(mark)'") }
  }

  /// Consumes the mark if it comes next.
  package mutating func takeIf(_ mark: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: mark) else { return false }
    offset += 1
    return true
  }

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

  /// - Parameter member: reads one value; called behind each name and its colon.
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

  /// - Parameter element: reads one value.
  package mutating func array(_ element: (_ scanner: inout JSONScanner) throws -> Void) throws {
    try take("[")
    guard !takeIf("]") else { return }
    repeat { try element(&self) } while takeIf(",")
    guard takeIf("]") else { throw failure(expected: "',' or ']'") }
  }

  /// That something else stands where the scanner is.
  package func failure(expected: String) -> JSONError {
    JSONError(offset: offset, found: describedByte, expected: expected)
  }

  private var describedByte: String {
    guard let byte = next else { return "the end" }
    return (0x21..<0x7F).contains(byte) ? "'\(Unicode.Scalar(byte))'" : "byte 0x" + String(byte, radix: 16)
  }

  /// The byte where the scanner is.
  var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// Consumes the character if it comes at once, without white space.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }
}
