/// One flag of a subcommand, declared once: its place on the command line, in the environment and in the help text.
package struct Flag<Value: Sendable>: Sendable, FlagDeclaration {
  /// Without the leading `--`.
  package let name: String
  /// What the help text calls the value; nil for a switch.
  package let placeholder: String?
  package let help: String
  package let isRepeated: Bool
  package let defaultText: String?
  let defaultValue: Value
  /// Takes the texts given, at least one; throws what was expected of them.
  let parse: @Sendable ([String]) throws -> Value
  package let separator: Character
  package let isNeverEmpty: Bool

  package init(
    name: String, placeholder: String?, help: String, isRepeated: Bool, defaultText: String?, defaultValue: Value,
    parse: @escaping @Sendable ([String]) throws -> Value, separator: Character = ":", isNeverEmpty: Bool = false
  ) {
    self.name = name
    self.placeholder = placeholder
    self.help = help
    self.isRepeated = isRepeated
    self.defaultText = defaultText
    self.defaultValue = defaultValue
    self.parse = parse
    self.separator = separator
    self.isNeverEmpty = isNeverEmpty
  }

  package func parsed(_ texts: [String]) throws -> any Sendable { ParsedValue(value: try parse(texts)) }
}

/// The value of a flag as the parser stores it.
struct ParsedValue<Value: Sendable>: Sendable {
  let value: Value
}

/// A flag whatever its type.
package protocol FlagDeclaration: Sendable {
  var name: String { get }
  var placeholder: String? { get }
  var help: String { get }
  var isRepeated: Bool { get }
  /// Between the values of a repeated flag in the environment.
  var separator: Character { get }
  var defaultText: String? { get }
  /// An empty value in the environment is refused, and does not count as none.
  var isNeverEmpty: Bool { get }
  /// The flag's value, a `ParsedValue`.
  /// - Throws: `FlagMismatch` if the texts are no values of this flag.
  func parsed(_ texts: [String]) throws -> any Sendable
}

extension FlagDeclaration {
  /// `--max-delay-ms` is `DRAGOMAN_MAX_DELAY_MS`.
  package var environmentName: String {
    "DRAGOMAN_" + name.uppercased().replacing("-", with: "_")
  }
}

/// What a flag expected, and the text it found.
package struct FlagMismatch: Error, Equatable {
  package var expected: String
  package var found: String

  package init(expected: String, found: String) {
    self.expected = expected
    self.found = found
  }
}
