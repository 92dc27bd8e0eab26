extension FlatYAML {
  func contains(_ key: String) -> Bool { values[key] != nil }

  /// - Parameter fallback: for an absent key; nil makes the key required.
  func integer(_ key: String, in bounds: ClosedRange<Int>, default fallback: Int? = nil) throws -> Int {
    let expected = "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
    guard contains(key) else {
      guard let fallback else { throw error(key, found: "nothing", expected: expected) }
      return fallback
    }
    guard case .scalar(let text)? = values[key], let number = Int(text), bounds.contains(number) else {
      throw error(key, found: found(key), expected: expected)
    }
    return number
  }

  func number(_ key: String, in bounds: ClosedRange<Float>, default fallback: Float) throws -> Float {
    guard contains(key) else { return fallback }
    guard case .scalar(let text)? = values[key], let number = Float(text), bounds.contains(number) else {
      throw error(key, found: found(key), expected: "a number from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    return number
  }

  func boolean(_ key: String, default fallback: Bool) throws -> Bool {
    guard contains(key) else { return fallback }
    switch values[key] {
    case .scalar("true"), .scalar("yes"), .scalar("on"): return true
    case .scalar("false"), .scalar("no"), .scalar("off"): return false
    default: throw error(key, found: found(key), expected: "true or false")
    }
  }

  /// - Parameter fallback: for an absent key; nil makes the key required.
  func string(_ key: String, default fallback: String? = nil) throws -> String {
    switch values[key] {
    case .scalar(let text)?: return text
    case nil where fallback != nil: return fallback ?? ""
    default: throw error(key, found: found(key), expected: "one value")
    }
  }

  /// Empty for an absent key; one value counts as a list of one, an empty one as an empty list.
  func list(_ key: String) -> [String] {
    switch values[key] {
    case nil, .scalar(""): []
    case .scalar(let text)?: [text]
    case .list(let values)?: values
    }
  }
}
