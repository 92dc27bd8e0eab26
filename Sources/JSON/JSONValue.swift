/// A JSON document (RFC 8259) as a tree.
package enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  /// A number without fraction or exponent that fits into 64 bits.
  case integer(Int)
  case real(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// The name of the type for error messages, as an author of JSON knows it.
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .real: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONValue: CustomStringConvertible {
  /// The value as error messages quote it, shortened if it is long.
  package var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .string(let value): "\"\(Self.excerpt(value))\""
    case .array(let values): "a list of \(values.count)"
    case .object(let members): "an object of \(members.count)"
    }
  }

  /// The first 80 Unicode scalars of a text. Characters would be no bound, because each can be of any length.
  fileprivate static func excerpt(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.prefix(80)))
  }
}

// MARK: - Reading

/// Limits on the tree that an untrusted JSON text is read into.
package struct JSONLimits: Sendable {
  /// The treatment of a name that an object has twice, which RFC 8259 leaves open.
  package enum Repetition: Sendable {
    case lastWins
    case refused
  }

  /// The most arrays and objects within each other.
  package var depth: Int
  /// The most values of all kinds, arrays and objects included. Each takes many times its bytes in the text.
  package var values: Int
  package var repeatedNames: Repetition

  package init(depth: Int, values: Int, repeatedNames: Repetition) {
    self.depth = depth
    self.values = values
    self.repeatedNames = repeatedNames
  }
}

extension JSONValue {
  /// Reads a whole text.
  /// - Throws: `JSONError` at the first byte that is wrong, or beyond a limit.
  package init(_ bytes: UnsafeRawBufferPointer, within limits: JSONLimits) throws {
    var scanner = JSONScanner(bytes)
    var builder = Builder(limits: limits)
    self = try builder.value(&scanner, depth: 0)
    try scanner.end()
  }

  /// Reads one value where a scanner stands.
  /// - Throws: `JSONError` at the first byte that is wrong, or beyond a limit.
  package init(_ scanner: inout JSONScanner, within limits: JSONLimits) throws {
    var builder = Builder(limits: limits)
    self = try builder.value(&scanner, depth: 0)
  }

  /// Builds the tree; recurses no deeper than the limits allow.
  private struct Builder {
    let limits: JSONLimits
    private var count = 0

    init(limits: JSONLimits) {
      self.limits = limits
    }

    /// Reads one value.
    /// - Parameter depth: number of arrays and objects around the value.
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
            offset: scanner.nameOffset, found: "the name \"\(JSONValue.excerpt(name))\" twice",
            expected: "every name once")
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
