import JSON

private let limits = JSONLimits(depth: 32, values: 1000, repeatedNames: .lastWins)

func parse(_ text: String, within limits: JSONLimits = limits) throws -> JSONValue {
  try parse(Array(text.utf8), within: limits)
}

func parse(_ bytes: [UInt8], within limits: JSONLimits = limits) throws -> JSONValue {
  try bytes.withUnsafeBytes { try JSONValue($0, within: limits) }
}
