import JSON

/// A JSON object in a small file. Its members are fetched by type and bounds; all errors are a `FileError`.
package struct ConfigurationFile: Sendable {
  /// The largest file in bytes that is read.
  static let maxSize = 4 << 20
  private static let limits = JSONLimits(depth: 64, values: 500_000, repeatedNames: .refused)

  package let path: String
  private let members: [String: JSONValue]

  package init(path: String) throws { try self.init(InputFile(path: path, atMost: Self.maxSize)) }

  /// - Parameter file: of at most `maxSize` bytes.
  init(_ file: InputFile) throws {
    path = file.path
    do {
      guard case .object(let members) = try file.withBytes({ try JSONValue($0, within: Self.limits) }) else {
        throw FileError(file: path, item: "file", found: "another JSON value", expected: "a JSON object")
      }
      self.members = members
    } catch let error as JSONError {
      throw FileError(file: path, item: "byte \(error.offset)", found: error.found, expected: error.expected)
    }
  }

  /// Nil if the key is absent or null.
  package subscript(key: String) -> JSONValue? {
    guard let value = members[key], value != .null else { return nil }
    return value
  }

  /// Names of all members, ascending.
  package var keys: [String] { members.keys.sorted() }

  package func found(_ key: String) -> String { self[key]?.description ?? "nothing" }

  package func error(_ key: String, found: String, expected: String) -> FileError {
    FileError(file: path, item: key, found: found, expected: expected)
  }

  /// - Parameter fallback: for an absent key; nil makes the key required.
  package func integer(_ key: String, in bounds: ClosedRange<Int>, default fallback: Int? = nil) throws -> Int {
    guard let value = try optionalInteger(key, in: bounds) ?? fallback else {
      throw error(key, found: "nothing", expected: "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    return value
  }

  /// A list of one number counts as the number: newer configurations write token ids so.
  package func optionalInteger(_ key: String, in bounds: ClosedRange<Int>) throws -> Int? {
    guard var value = self[key] else { return nil }
    if case .array(let values) = value, values.count == 1 { value = values[0] }
    guard case .integer(let number) = value, bounds.contains(number) else {
      throw error(
        key, found: value.description, expected: "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    return number
  }

  package func number(_ key: String, default fallback: Double) throws -> Double {
    switch self[key] {
    case nil: return fallback
    case .integer(let value): return Double(value)
    case .real(let value): return value
    case let other: throw error(key, found: other?.description ?? "nothing", expected: "a number")
    }
  }

  package func boolean(_ key: String, default fallback: Bool) throws -> Bool {
    switch self[key] {
    case nil: return fallback
    case .bool(let value): return value
    case let other: throw error(key, found: other?.description ?? "nothing", expected: "true or false")
    }
  }

  /// - Parameter fallback: for an absent key; nil makes the key required.
  package func string(_ key: String, default fallback: String? = nil) throws -> String {
    guard let value = try optionalString(key) ?? fallback else {
      throw error(key, found: "nothing", expected: "a string")
    }
    return value
  }

  package func optionalString(_ key: String) throws -> String? {
    switch self[key] {
    case nil: return nil
    case .string(let value): return value
    case let other?: throw error(key, found: other.description, expected: "a string")
    }
  }
}
