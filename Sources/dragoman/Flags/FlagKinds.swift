import API
import Translation

extension Flag where Value == Int {
  package static func integer(
    _ name: String, _ placeholder: String, default value: Int, in range: ClosedRange<Int>, _ help: String
  ) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, isRepeated: false, defaultText: String(value),
      defaultValue: value, parse: { try parseInteger($0, in: range) })
  }
}

extension Flag where Value == Int {
  /// The same flag with another default.
  package func with(default value: Int) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, isRepeated: isRepeated, defaultText: String(value),
      defaultValue: value, parse: parse)
  }
}

extension Flag where Value == Int? {
  package static func optionalInteger(
    _ name: String, _ placeholder: String, in range: ClosedRange<Int>, _ help: String
  ) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, isRepeated: false, defaultText: nil, defaultValue: nil,
      parse: { try parseInteger($0, in: range) })
  }
}

extension Flag where Value == Double {
  package static func number(
    _ name: String, _ placeholder: String, default value: Double, in range: ClosedRange<Double>, _ help: String
  ) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, isRepeated: false, defaultText: "\(value)",
      defaultValue: value, parse: { try parseNumber($0, in: range) })
  }
}

extension Flag where Value == Double? {
  package static func optionalNumber(
    _ name: String, _ placeholder: String, in range: ClosedRange<Double>, _ help: String
  ) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, isRepeated: false, defaultText: nil, defaultValue: nil,
      parse: { try parseNumber($0, in: range) })
  }
}

extension Flag where Value == String {
  package static func text(_ name: String, _ placeholder: String, default value: String, _ help: String) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, isRepeated: false, defaultText: value, defaultValue: value,
      parse: parseText)
  }
}

extension Flag where Value == String? {
  package static func optionalText(
    _ name: String, _ placeholder: String, isNeverEmpty: Bool = false, _ help: String
  ) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, isRepeated: false, defaultText: nil, defaultValue: nil,
      parse: parseText, isNeverEmpty: isNeverEmpty)
  }
}

extension Flag where Value == LanguagePair? {
  static func optionalPair(_ name: String, _ placeholder: String, _ help: String) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, isRepeated: false, defaultText: nil, defaultValue: nil,
      parse: { texts in
        let text = texts.last ?? ""
        guard let pair = LanguagePair(text) else {
          throw FlagMismatch(expected: "two language codes, as in en-fr or en-pt-BR", found: text)
        }
        return pair
      })
  }
}

extension Flag where Value: RawRepresentable & Sendable, Value.RawValue == String {
  /// One of a few words.
  package static func choice(_ name: String, _ choices: [Value], default value: Value, _ help: String) -> Flag {
    let words = choices.map(\.rawValue)
    return Flag(
      name: name, placeholder: words.joined(separator: "|"), help: help, isRepeated: false,
      defaultText: value.rawValue, defaultValue: value, parse: { try parseChoice($0, words) })
  }
}

extension Flag {
  /// One of a few words.
  package static func optionalChoice<Choice: RawRepresentable & Sendable>(
    _ name: String, _ choices: [Choice], _ help: String
  ) -> Flag<Choice?> where Choice.RawValue == String, Value == Choice? {
    let words = choices.map(\.rawValue)
    return Flag(
      name: name, placeholder: words.joined(separator: "|"), help: help, isRepeated: false, defaultText: nil,
      defaultValue: nil, parse: { try parseChoice($0, words) as Choice })
  }
}

extension Flag where Value == [String] {
  /// May be given several times; in the environment the values stand with colons between them.
  package static func texts(_ name: String, _ placeholder: String, _ help: String) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, isRepeated: true, defaultText: nil, defaultValue: [],
      parse: { texts in try texts.map { try parseText([$0]) } })
  }
}

extension Flag where Value == [AddressRange] {
  package static func addressRanges(_ name: String, _ help: String) -> Flag {
    list(name, "CIDR", of: AddressRange.init, expected: "an address or a range, as in 10.0.0.0/8", help)
  }
}

extension Flag where Value == [AllowedOrigin] {
  package static func origins(_ name: String, _ help: String) -> Flag {
    list(name, "ORIGIN", of: AllowedOrigin.init, expected: "an origin, as in https://example.org, or *", help)
  }
}

extension Flag {
  /// May be given several times; in the environment the values stand with commas between them, as they have colons in
  /// themselves.
  private static func list<Element>(
    _ name: String, _ placeholder: String, of element: @escaping @Sendable (String) -> Element?, expected: String,
    _ help: String
  ) -> Flag where Value == [Element] {
    Flag(
      name: name, placeholder: placeholder, help: help, isRepeated: true, defaultText: nil, defaultValue: [],
      parse: { texts in
        try texts.map { text in
          guard let value = element(text) else { throw FlagMismatch(expected: expected, found: text) }
          return value
        }
      }, separator: ",")
  }
}

extension Flag where Value == Bool {
  package static func toggle(_ name: String, _ help: String) -> Flag {
    Flag(
      name: name, placeholder: nil, help: help, isRepeated: false, defaultText: nil, defaultValue: false,
      parse: { texts in
        switch texts.last?.lowercased() {
        case "true", "1", "yes": true
        case "false", "0", "no": false
        default: throw FlagMismatch(expected: "true or false", found: texts.last ?? "")
        }
      })
  }
}

private func parseChoice<Choice: RawRepresentable>(
  _ texts: [String], _ words: [String]
) throws -> Choice where Choice.RawValue == String {
  guard let choice = texts.last.flatMap(Choice.init) else {
    throw FlagMismatch(expected: words.joined(separator: " or "), found: texts.last ?? "")
  }
  return choice
}

private func parseNumber(_ texts: [String], in range: ClosedRange<Double>) throws -> Double {
  let text = texts.last ?? ""
  guard let number = Double(text), range.contains(number) else {
    throw FlagMismatch(expected: "a number from \(range.lowerBound) to \(range.upperBound)", found: text)
  }
  return number
}

private func parseInteger(_ texts: [String], in range: ClosedRange<Int>) throws -> Int {
  let text = texts.last ?? ""
  guard let number = Int(text), range.contains(number) else {
    throw FlagMismatch(expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", found: text)
  }
  return number
}

@Sendable private func parseText(_ texts: [String]) throws -> String {
  guard let text = texts.last, !text.isEmpty else { throw FlagMismatch(expected: "a value", found: "nothing") }
  return text
}
