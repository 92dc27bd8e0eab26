extension JSONValue {
  /// - Throws: `JSONError` at the first byte that is wrong, or one too many.
  package init(_ bytes: UnsafeRawBufferPointer, within limits: JSONLimits) throws {
    var scanner = JSONScanner(bytes)
    var builder = Builder(limits: limits)
    self = try builder.value(&scanner, depth: 0)
    try scanner.end()
  }

  /// Recurses no deeper than the limits say.
  private struct Builder {
    let limits: JSONLimits
    private var count = 0

    init(limits: JSONLimits) {
      self.limits = limits
    }

    /// - Parameter depth: arrays and objects around the value.
    mutating func value(_ scanner: inout JSONScanner, depth: Int) throws -> JSONValue {
      guard count < limits.values else { throw scanner.failure(expected: "at most \(limits.values) values") }
      count += 1
      switch scanner.peek() {
      case UInt8(ascii: "{"): return .object(try object(&scanner, depth: depth))
      case UInt8(ascii: "["): return .array(try array(&scanner, depth: depth))
      case UInt8(ascii: "\""): return .string(try scanner.string())
      case UInt8(ascii: "t"): return try word("true", .bool(true), &scanner)
      case UInt8(ascii: "f"): return try word("false", .bool(false), &scanner)
      case UInt8(ascii: "n"): return try word("null", .null, &scanner)
      default: return try scanner.number()
      }
    }

    private func word(_ word: StaticString, _ value: JSONValue, _ scanner: inout JSONScanner) throws -> JSONValue {
      try scanner.word(word)
      return value
    }

    private mutating func array(_ scanner: inout JSONScanner, depth: Int) throws -> [JSONValue] {
      try checkDepth(depth, scanner)
      var values: [JSONValue] = []
      try scanner.array { values.append(try value(&$0, depth: depth + 1)) }
      return values
    }

    private mutating func object(_ scanner: inout JSONScanner, depth: Int) throws -> [String: JSONValue] {
      try checkDepth(depth, scanner)
      var members: [String: JSONValue] = [:]
      try scanner.object { scanner, name in
        guard limits.repeatedNames == .lastWins || members[name] == nil else {
          throw JSONError(
            offset: scanner.nameOffset, found: "the name \"\(name.prefix(80))\" twice", expected: "every name once")
        }
        members[name] = try value(&scanner, depth: depth + 1)
      }
      return members
    }

    private func checkDepth(_ depth: Int, _ scanner: JSONScanner) throws {
      guard depth < limits.depth else { throw scanner.failure(expected: "at most \(limits.depth) levels") }
    }
  }
}
