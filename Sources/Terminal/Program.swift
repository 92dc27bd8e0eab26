import Foundation

/// A subcommand of a program.
package protocol Command: Sendable {
  static var name: String { get }
  /// One line for the list of commands.
  static var summary: String { get }
  /// The usage line after the command's name.
  static var usage: String { get }
  static var flags: [any FlagDeclaration] { get }
  static var operands: [String] { get }
  /// Runs the command.
  ///
  /// - Returns: the exit status.
  /// - Throws: any error; the program prints it to stderr and exits with status 1, or 2 for a `UsageError`.
  static func run(_ values: FlagValues) throws -> Int32
}

extension Command {
  package static var operands: [String] { [] }
}

/// A program of several commands: finds the command that the arguments name and turns its errors into an exit status.
package struct Program: Sendable {
  private let name: String
  private let version: String?
  private let summary: String
  private let commands: [any Command.Type]

  /// - Parameters:
  ///   - version: the version that `--version` prints; nil for a program without one of its own.
  ///   - summary: the first line of the help text.
  package init(name: String, version: String? = nil, summary: String, commands: [any Command.Type]) {
    self.name = name
    self.version = version
    self.summary = summary
    self.commands = commands
  }

  /// Runs the command that the process was started with, and exits.
  package func main() -> Never {
    Console.openStandardStreams()
    exit(run(Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment))
  }

  /// - Returns: the exit status: 0 for success, 1 for a failure, 2 for a command line that cannot be carried out.
  package func run(_ arguments: [String], environment: [String: String] = [:]) -> Int32 {
    do {
      return try dispatch(arguments, environment)
    } catch {
      Console.error("\(name): \(error)")
      return error is UsageError ? 2 : 1
    }
  }

  private func dispatch(_ arguments: [String], _ environment: [String: String]) throws -> Int32 {
    guard let word = arguments.first else {
      print(helpText)
      return 2
    }
    switch (word, version) {
    case ("--version", let version?):
      print("\(name) \(version)")
      return 0
    case ("--help", _), ("-h", _):
      print(helpText)
      return 0
    case ("help", _):
      print(try helpText(arguments.dropFirst()))
      return 0
    case ("completion", _):
      try checkCount(of: arguments, "SHELL")
      print(try manual.completion(arguments.dropFirst().first), terminator: "")
      return 0
    case ("manual", _):
      guard arguments.count == 1 else { throw UsageError("\(arguments[1]): expected nothing after manual") }
      print(manual.page, terminator: "")
      return 0
    default:
      guard let command = commands.first(where: { $0.name == word }) else { throw unknownCommand(word) }
      let rest = Array(arguments.dropFirst())
      if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
        print(helpText(of: command))
        return 0
      }
      let parser = FlagParser(flags: command.flags, operands: command.operands)
      return try command.run(parser.parse(rest, environment: environment))
    }
  }

  private var manual: ProgramManual {
    ProgramManual(name: name, version: version, summary: summary, commands: commands)
  }

  /// The help text of the program, or of the command that is named.
  /// - Throws: `UsageError` for an unknown command.
  private func helpText(_ words: ArraySlice<String>) throws -> String {
    guard let word = words.first else { return helpText }
    try checkCount(of: ["help"] + words, "COMMAND")
    if let usage = Self.ownUsages[word] { return "\(usage.summary)\n\nUsage: \(name) \(usage.words)" }
    guard let command = commands.first(where: { $0.name == word }) else { throw unknownCommand(word) }
    return helpText(of: command)
  }

  private func checkCount(of arguments: [String], _ operand: String) throws {
    guard arguments.count <= 2 else { throw UsageError("\(arguments[2]): expected only \(operand)") }
  }

  private func unknownCommand(_ word: String) -> UsageError {
    let names = commands.map { $0.name } + ProgramManual.words
    let suggestion = Spelling.nearest(to: word, among: names).map { "; did you mean \($0)?" } ?? ""
    return UsageError("unknown command \(word), expected one of \(names.joined(separator: ", "))\(suggestion)")
  }

  // MARK: Help

  /// The commands of every program.
  private static let ownUsages = [
    "help": (summary: "Lists the flags of a command.", words: "help COMMAND"),
    "completion": (summary: "Prints completion for bash, zsh or fish.", words: "completion bash|zsh|fish"),
    "manual": (summary: "Prints the manual page.", words: "manual"),
  ]

  private static let ownCommands = ["help", "completion", "manual"].map { ["  " + $0, ownUsages[$0]?.summary ?? ""] }

  package var helpText: String {
    """
    \(summary)

    Usage: \(name) COMMAND [flags]

    \(TextTable.columns(commands.map { ["  " + $0.name, $0.summary] } + Self.ownCommands))

    \(name) help COMMAND lists the command's flags\(version == nil ? "" : "; \(name) --version prints the version").
    """
  }

  package func helpText(of command: any Command.Type) -> String {
    let flags = command.flags.map { flag in
      let value = (flag.placeholder.map { " \($0)" } ?? "") + (flag.isRepeated ? " …" : "")
      return ["  --\(flag.name)\(value)", flag.help + (flag.defaultText.map { " (default \($0))" } ?? "")]
    }
    return """
      \(command.summary)

      Usage: \(name) \(command.name) \(command.usage)

      \(TextTable.columns(flags))

      Each flag can also be set in the environment: --some-flag as DRAGOMAN_SOME_FLAG.
      """
  }
}
