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
  package var separator: Character = ":"
  package var isNeverEmpty = false

  package func check(_ texts: [String]) throws { _ = try parse(texts) }
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
  /// - Throws: `FlagMismatch` where the texts are no values of this flag.
  func check(_ texts: [String]) throws
}

extension FlagDeclaration {
  /// `--max-delay-ms` is `DRAGOMAN_MAX_DELAY_MS`.
  package var environmentName: String {
    "DRAGOMAN_" + name.uppercased().replacing("-", with: "_")
  }
}

/// What a flag expected, and the text it found.
package struct FlagMismatch: Error, Equatable {
  var expected: String
  var found: String
}
