/// One subcommand.
protocol Command: Sendable {
  static var name: String { get }
  /// One line.
  static var summary: String { get }
  /// What follows the name on the usage line.
  static var usage: String { get }
  static var flags: [any FlagDeclaration] { get }
  static var operands: [String] { get }
  /// - Returns: the exit status. What it throws is printed to stderr and ends the program with status 1.
  static func run(_ values: FlagValues) throws -> Int32
}

extension Command {
  static var operands: [String] { [] }

  /// The words that a command line starts with.
  static var words: [String] { name.split(separator: " ").map(String.init) }

  static var helpText: String {
    let left = flags.map { flag in
      "  --\(flag.name)" + (flag.placeholder.map { " \($0)" } ?? "") + (flag.isRepeated ? " …" : "")
    }
    let width = left.map(\.count).max() ?? 0
    let lines = zip(left, flags).map { text, flag in
      let padding = String(repeating: " ", count: width - text.count + 2)
      return text + padding + flag.help + (flag.defaultText.map { " (default \($0))" } ?? "")
    }
    return """
      \(summary)

      Usage: dragoman \(name) \(usage)

      \(lines.joined(separator: "\n"))

      Each flag may also stand in the environment: --some-flag as DRAGOMAN_SOME_FLAG.
      """
  }
}
