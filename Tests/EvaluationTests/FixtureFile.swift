import Foundation
import JSON

/// JSON beside the tests.
enum FixtureFile {
  private static let limits = JSONLimits(depth: 16, values: 200_000, repeatedNames: .lastWins)

  static func object(_ name: String) throws -> [String: JSONValue] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let bytes = try Data(contentsOf: folder.appending(path: "Fixtures/\(name)"))
    return try bytes.withUnsafeBytes { try JSONValue($0, within: limits) }.members
  }

  static func objects(_ name: String, _ key: String) throws -> [[String: JSONValue]] {
    try object(name)[key]?.elements.map(\.members) ?? []
  }
}

extension JSONValue {
  var members: [String: JSONValue] {
    if case .object(let members) = self { members } else { [:] }
  }

  var elements: [JSONValue] {
    if case .array(let elements) = self { elements } else { [] }
  }

  var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  var texts: [String] { elements.compactMap(\.text) }

  var number: Double? {
    switch self {
    case .real(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  var numbers: [Double] { elements.compactMap(\.number) }
}
