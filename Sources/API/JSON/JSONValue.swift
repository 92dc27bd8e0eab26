/// A parsed JSON document (RFC 8259).
package enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  /// A number without fraction or exponent that fits.
  case integer(Int)
  case real(Double)
  case string(String)
  case array([JSONValue])
  /// Where a name was given twice, the last value.
  case object([String: JSONValue])

  /// For messages: what a client would call it.
  var kind: String {
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
