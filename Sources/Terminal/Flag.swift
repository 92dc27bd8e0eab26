/// A flag of a command: its name, its value's type, and its texts in the help and in the environment.
package struct Flag<Value: Sendable>: Sendable, FlagDeclaration {
  package let name: String
  package let placeholder: String?
  package let help: String
  package let isRepeated: Bool
  package let defaultText: String?
  package let separator: Character
  package let isNeverEmpty: Bool
  let defaultValue: Value
  /// Turns the given texts, at least one, into the value; throws `FlagMismatch`.
  private let parse: @Sendable ([String]) throws -> Value

  package init(
    name: String, placeholder: String?, help: String, isRepeated: Bool = false, defaultText: String? = nil,
    defaultValue: Value, separator: Character = ":", isNeverEmpty: Bool = false,
    parse: @escaping @Sendable ([String]) throws -> Value
  ) {
    self.name = name
    self.placeholder = placeholder
    self.help = help
    self.isRepeated = isRepeated
    self.defaultText = defaultText
    self.defaultValue = defaultValue
    self.separator = separator
    self.isNeverEmpty = isNeverEmpty
    self.parse = parse
  }

  package func parsed(_ texts: [String]) throws -> any Sendable { ParsedValue(value: try parse(texts)) }
}

/// A flag without its value's type, as the parser and the help text need it.
package protocol FlagDeclaration: Sendable {
  /// The name without the leading `--`.
  var name: String { get }
  /// The value's name in the help text; nil for a switch.
  var placeholder: String? { get }
  var help: String { get }
  /// Whether the flag can be given several times.
  var isRepeated: Bool { get }
  /// The character between the values of a repeated flag in the environment.
  var separator: Character { get }
  /// The default in the help text; nil if there is none.
  var defaultText: String? { get }
  /// Whether an empty variable in the environment is refused; it counts as absent otherwise.
  var isNeverEmpty: Bool { get }
  /// The flag's value as a `ParsedValue`.
  ///
  /// - Throws: `FlagMismatch` if the texts are no values of this flag.
  func parsed(_ texts: [String]) throws -> any Sendable
}

extension FlagDeclaration {
  /// The flag's variable in the environment: `DRAGOMAN_MAX_DELAY_MS` for `--max-delay-ms`.
  package var environmentName: String {
    "DRAGOMAN_" + name.uppercased().replacing("-", with: "_")
  }
}

/// The value of a flag as the parser stores it.
struct ParsedValue<Value: Sendable>: Sendable {
  let value: Value
}

/// The text that a flag found, and a description of the values that it expected.
package struct FlagMismatch: Error, Equatable {
  package var expected: String
  package var found: String

  package init(expected: String, found: String) {
    self.expected = expected
    self.found = found
  }
}

// MARK: Numbers

extension Flag where Value == Int {
  package static func integer(
    _ name: String, _ placeholder: String, default value: Int, in range: ClosedRange<Int>, _ help: String
  ) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, defaultText: String(value), defaultValue: value,
      parse: { try integer($0, in: range) })
  }

  /// A copy of the flag with another default.
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
      name: name, placeholder: placeholder, help: help, defaultValue: nil,
      parse: { try Flag<Int>.integer($0, in: range) })
  }
}

extension Flag where Value == Double {
  package static func number(
    _ name: String, _ placeholder: String, default value: Double, in range: ClosedRange<Double>, _ help: String
  ) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, defaultText: "\(value)", defaultValue: value,
      parse: { try number($0, in: range) })
  }
}

extension Flag where Value == Double? {
  package static func optionalNumber(
    _ name: String, _ placeholder: String, in range: ClosedRange<Double>, _ help: String
  ) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, defaultValue: nil,
      parse: { try Flag<Double>.number($0, in: range) })
  }
}

extension Flag where Value == Int {
  fileprivate static func integer(_ texts: [String], in range: ClosedRange<Int>) throws -> Int {
    let text = texts.last ?? ""
    guard let number = Int(text), range.contains(number) else {
      throw FlagMismatch(expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", found: text)
    }
    return number
  }
}

extension Flag where Value == Double {
  fileprivate static func number(_ texts: [String], in range: ClosedRange<Double>) throws -> Double {
    let text = texts.last ?? ""
    guard let number = Double(text), range.contains(number) else {
      throw FlagMismatch(expected: "a number from \(range.lowerBound) to \(range.upperBound)", found: text)
    }
    return number
  }
}

// MARK: Texts

extension Flag where Value == String {
  package static func text(_ name: String, _ placeholder: String, default value: String, _ help: String) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, defaultText: value, defaultValue: value,
      parse: { try text($0) })
  }

  fileprivate static func text(_ texts: [String]) throws -> String {
    guard let text = texts.last, !text.isEmpty else { throw FlagMismatch(expected: "a value", found: "nothing") }
    return text
  }
}

extension Flag where Value == String? {
  package static func optionalText(
    _ name: String, _ placeholder: String, isNeverEmpty: Bool = false, _ help: String
  ) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, defaultValue: nil, isNeverEmpty: isNeverEmpty,
      parse: { try Flag<String>.text($0) })
  }
}

extension Flag where Value == [String] {
  /// A flag that can be given several times; colons separate its values in the environment.
  package static func texts(_ name: String, _ placeholder: String, _ help: String) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, isRepeated: true, defaultValue: [],
      parse: { texts in try texts.map { try Flag<String>.text([$0]) } })
  }
}

extension Flag {
  /// A flag that can be given several times; commas separate its values in the environment, for values with colons.
  package static func list<Element: Sendable>(
    _ name: String, _ placeholder: String, of element: @escaping @Sendable (String) -> Element?, expected: String,
    _ help: String
  ) -> Flag where Value == [Element] {
    Flag(
      name: name, placeholder: placeholder, help: help, isRepeated: true, defaultValue: [], separator: ",",
      parse: { texts in
        try texts.map { text in
          guard let value = element(text) else { throw FlagMismatch(expected: expected, found: text) }
          return value
        }
      })
  }
}

// MARK: Choices

extension Flag where Value: RawRepresentable & Sendable, Value.RawValue == String {
  package static func choice(_ name: String, _ choices: [Value], default value: Value, _ help: String) -> Flag {
    let words = choices.map(\.rawValue)
    return Flag(
      name: name, placeholder: words.joined(separator: "|"), help: help, defaultText: value.rawValue,
      defaultValue: value, parse: { try choice($0, words) })
  }
}

extension Flag {
  package static func optionalChoice<Choice: RawRepresentable & Sendable>(
    _ name: String, _ choices: [Choice], _ help: String
  ) -> Flag<Choice?> where Choice.RawValue == String, Value == Choice? {
    let words = choices.map(\.rawValue)
    return Flag(
      name: name, placeholder: words.joined(separator: "|"), help: help, defaultValue: nil,
      parse: { try choice($0, words) as Choice })
  }

  private static func choice<Choice: RawRepresentable>(
    _ texts: [String], _ words: [String]
  ) throws -> Choice where Choice.RawValue == String {
    guard let choice = texts.last.flatMap(Choice.init) else {
      throw FlagMismatch(expected: words.joined(separator: " or "), found: texts.last ?? "")
    }
    return choice
  }
}

extension Flag where Value == Bool {
  /// A switch: present is true; `--name=false` and a variable in the environment can turn it off again.
  package static func toggle(_ name: String, _ help: String) -> Flag {
    Flag(
      name: name, placeholder: nil, help: help, defaultValue: false,
      parse: { texts in
        switch texts.last?.lowercased() {
        case "true", "1", "yes": true
        case "false", "0", "no": false
        default: throw FlagMismatch(expected: "true or false", found: texts.last ?? "")
        }
      })
  }
}
