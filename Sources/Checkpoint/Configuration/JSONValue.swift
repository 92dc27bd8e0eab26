/// A JSON text as a tree, for the small files of a checkpoint; bounded in depth and in number of values.
enum JSONValue: Equatable {
  case null
  case boolean(Bool)
  case integer(Int)
  case real(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  static let deepest = 64
  static let mostValues = 500_000

  /// - Throws: `JSONScanner.Failure`.
  init(_ bytes: UnsafeRawBufferPointer) throws(JSONScanner.Failure) {
    var scanner = JSONScanner(bytes)
    var left = Self.mostValues
    self = try Self.value(&scanner, depth: 0, left: &left)
    try scanner.end()
  }

  /// As it reads in a message, cut where it is long.
  var description: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .string(let value): "\"\(value.prefix(80))\""
    case .array(let values): "a list of \(values.count)"
    case .object(let members): "an object of \(members.count)"
    }
  }

  private static func value(
    _ scanner: inout JSONScanner, depth: Int, left: inout Int
  ) throws(JSONScanner.Failure) -> JSONValue {
    guard depth < deepest else { throw scanner.failure(expected: "at most \(deepest) levels") }
    guard left > 0 else { throw scanner.failure(expected: "at most \(mostValues) values") }
    left -= 1
    switch scanner.peek() {
    case UInt8(ascii: "{"): return try object(&scanner, depth: depth, left: &left)
    case UInt8(ascii: "["): return try array(&scanner, depth: depth, left: &left)
    case UInt8(ascii: "\""): return .string(try scanner.string())
    case UInt8(ascii: "t"):
      try scanner.literal("true")
      return .boolean(true)
    case UInt8(ascii: "f"):
      try scanner.literal("false")
      return .boolean(false)
    case UInt8(ascii: "n"):
      try scanner.literal("null")
      return .null
    default: return try scanner.number()
    }
  }

  private static func array(
    _ scanner: inout JSONScanner, depth: Int, left: inout Int
  ) throws(JSONScanner.Failure) -> JSONValue {
    try scanner.take("[")
    guard !scanner.takeIf("]") else { return .array([]) }
    var values: [JSONValue] = []
    repeat { values.append(try value(&scanner, depth: depth + 1, left: &left)) } while scanner.takeIf(",")
    try scanner.take("]")
    return .array(values)
  }

  private static func object(
    _ scanner: inout JSONScanner, depth: Int, left: inout Int
  ) throws(JSONScanner.Failure) -> JSONValue {
    try scanner.take("{")
    guard !scanner.takeIf("}") else { return .object([:]) }
    var members: [String: JSONValue] = [:]
    repeat {
      let key = try scanner.string()
      guard members[key] == nil else { throw scanner.failure(expected: "the key \"\(key)\" once") }
      try scanner.take(":")
      members[key] = try value(&scanner, depth: depth + 1, left: &left)
    } while scanner.takeIf(",")
    try scanner.take("}")
    return .object(members)
  }
}
