/// A strict reader of JSON (RFC 8259) for bytes that came from a socket.
///
/// Foundation's parsers recurse as deep as the input says and repair what they should refuse; this one bounds the depth
/// and refuses broken UTF-8, lone surrogates and anything after the value.
package struct JSONReader {
  /// Arrays and objects within each other; no request needs more than three.
  package static let maximumDepth = 32

  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0

  /// - Throws: `JSONError` with the offset of the first byte that is wrong.
  package static func parse(_ bytes: [UInt8]) throws -> JSONValue {
    try bytes.withUnsafeBufferPointer { buffer in
      var reader = JSONReader(bytes: buffer)
      let value = try reader.value(depth: 0)
      reader.skipSpace()
      guard reader.position == buffer.count else { throw reader.error("more after the value") }
      return value
    }
  }

  private mutating func value(depth: Int) throws -> JSONValue {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
    case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-")?, (UInt8(ascii: "0")...UInt8(ascii: "9"))?: return try number()
    case nil: throw error("the text ends where a value is expected")
    default: throw error("no value begins here")
    }
  }

  private mutating func object(depth: Int) throws -> [String: JSONValue] {
    guard depth <= Self.maximumDepth else { throw error("nested deeper than \(Self.maximumDepth) levels") }
    var members: [String: JSONValue] = [:]
    position += 1
    if take("}") { return members }
    while true {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw error("expected a name in quotes") }
      let name = try string()
      guard take(":") else { throw error("expected ':'") }
      members[name] = try value(depth: depth)
      if take("}") { return members }
      guard take(",") else { throw error("expected ',' or '}'") }
    }
  }

  private mutating func array(depth: Int) throws -> [JSONValue] {
    guard depth <= Self.maximumDepth else { throw error("nested deeper than \(Self.maximumDepth) levels") }
    var elements: [JSONValue] = []
    position += 1
    if take("]") { return elements }
    while true {
      elements.append(try value(depth: depth))
      if take("]") { return elements }
      guard take(",") else { throw error("expected ',' or ']'") }
    }
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws -> JSONValue {
    let expected = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard bytes[position...].starts(with: expected) else { throw error("no value begins here") }
    position += expected.count
    return value
  }

  private mutating func number() throws -> JSONValue {
    let start = position
    _ = skip("-")
    let first = position
    let digits = skipDigits()
    guard digits > 0, digits == 1 || bytes[first] != UInt8(ascii: "0") else { throw error("malformed number") }
    var whole = true
    if skip(".") {
      whole = false
      guard skipDigits() > 0 else { throw error("malformed number") }
    }
    if skip("e") || skip("E") {
      whole = false
      if !skip("+") { _ = skip("-") }
      guard skipDigits() > 0 else { throw error("malformed number") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if whole, let integer = Int(text) { return .integer(integer) }
    guard let real = Double(text) else { throw error("malformed number") }
    return .real(real)
  }

  private mutating func skipDigits() -> Int {
    let start = position
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    return position - start
  }

  /// Takes a mark after white space.
  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    skipSpace()
    return skip(mark)
  }

  private mutating func skip(_ mark: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: mark) else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  func error(_ message: String) -> JSONError { JSONError(message: message, offset: position) }
}

/// Where a text is not JSON, and why.
package struct JSONError: Error, Equatable {
  package var message: String
  /// Bytes from the beginning of the text.
  package var offset: Int
}
