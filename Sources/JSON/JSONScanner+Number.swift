extension JSONScanner {
  /// A whole number; a fraction or an exponent is refused.
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

  /// `.integer` where there is neither fraction nor exponent and 64 bits hold it, else `.real`.
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
