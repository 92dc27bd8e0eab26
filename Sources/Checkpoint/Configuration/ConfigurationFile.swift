/// A JSON object in a small file, with its members fetched by type and bounds.
struct ConfigurationFile {
  static let largest = 4 << 20

  let path: String
  let members: [String: JSONValue]

  init(path: String) throws {
    let file = try MappedFile(path: path)
    self.path = path
    guard file.count <= Self.largest else {
      throw CheckpointError(file: path, item: "file", found: "\(file.count) bytes", expected: "at most \(Self.largest)")
    }
    do {
      guard case .object(let members) = try file.withBytes({ try JSONValue($0) }) else {
        throw CheckpointError(file: path, item: "file", found: "another JSON value", expected: "a JSON object")
      }
      self.members = members
    } catch let failure as JSONScanner.Failure {
      throw CheckpointError(
        file: path, item: "byte \(failure.offset)", found: failure.found, expected: failure.expected)
    }
  }

  /// The folder that the file lies in.
  var folder: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Nil where the key is absent or null.
  subscript(key: String) -> JSONValue? {
    guard let value = members[key], value != .null else { return nil }
    return value
  }

  func found(_ key: String) -> String { self[key]?.description ?? "nothing" }

  func error(_ key: String, found: String, expected: String) -> CheckpointError {
    CheckpointError(file: path, item: key, found: found, expected: expected)
  }

  /// - Parameter fallback: for an absent key; nil makes the key required.
  func integer(_ key: String, in bounds: ClosedRange<Int>, default fallback: Int? = nil) throws -> Int {
    guard let value = try optionalInteger(key, in: bounds) ?? fallback else {
      throw error(key, found: "nothing", expected: "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    return value
  }

  /// A list of one number counts as the number: newer configurations write token ids so.
  func optionalInteger(_ key: String, in bounds: ClosedRange<Int>) throws -> Int? {
    guard var value = self[key] else { return nil }
    if case .array(let values) = value, values.count == 1 { value = values[0] }
    guard case .integer(let number) = value, bounds.contains(number) else {
      throw error(
        key, found: value.description, expected: "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    return number
  }

  func number(_ key: String, default fallback: Double) throws -> Double {
    switch self[key] {
    case nil: return fallback
    case .integer(let value): return Double(value)
    case .real(let value): return value
    case let other: throw error(key, found: other?.description ?? "nothing", expected: "a number")
    }
  }

  func boolean(_ key: String, default fallback: Bool) throws -> Bool {
    switch self[key] {
    case nil: return fallback
    case .boolean(let value): return value
    case let other: throw error(key, found: other?.description ?? "nothing", expected: "true or false")
    }
  }

  func string(_ key: String, default fallback: String? = nil) throws -> String {
    switch self[key] {
    case nil where fallback != nil: return fallback ?? ""
    case .string(let value): return value
    default: throw error(key, found: found(key), expected: "a string")
    }
  }
}
