import CLinux
import Foundation
import Tensor

/// The program: picks the subcommand, hands it its flags and turns what went wrong into an exit status.
@main
struct Dragoman {
  static let version = "0.1.0"

  private static var commands: [any Command.Type] {
    [
      ServeCommand.self, HealthCommand.self, TranslateCommand.self, AttentionCommand.self, InspectCommand.self,
      BenchCommand.self, KernelBenchCommand.self, ArchitectureBenchCommand.self,
    ]
  }

  /// Workers are the program's only parallelism: threads of BLAS beside them would fight for the same cores.
  static func main() {
    openStandardStreams()
    BLAS.useOneThread()
    // Models that were loaded anew, and the longest batches, leave nothing behind.
    linux_return_freed_memory(256 << 10)
    exit(run(Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment))
  }

  /// Opens `/dev/null` for each standard stream that is closed: otherwise a socket or a pipe gets its number, and the
  /// lines of the log are written into that.
  private static func openStandardStreams() {
    var descriptor: Int32
    repeat { descriptor = open("/dev/null", O_RDWR) } while (0...STDERR_FILENO).contains(descriptor)
    if descriptor > STDERR_FILENO { close(descriptor) }
  }

  /// 0 done, 1 failed, 2 the command line makes no sense.
  private static func run(_ arguments: [String], environment: [String: String]) -> Int32 {
    do {
      return try dispatch(arguments, environment: environment)
    } catch let error as UsageError {
      Console.error("dragoman: \(error)")
      return 2
    } catch {
      Console.error("dragoman: \(error)")
      return 1
    }
  }

  private static func dispatch(_ arguments: [String], environment: [String: String]) throws -> Int32 {
    switch arguments.first {
    case "--version":
      print("dragoman \(version)")
      return 0
    case nil, "--help", "-h", "help":
      print(helpText)
      return arguments.isEmpty ? 2 : 0
    case let word?:
      guard let command = command(of: arguments) else { throw unknownCommand(word) }
      let rest = Array(arguments.dropFirst(command.words.count))
      if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
        print(command.helpText)
        return 0
      }
      let parser = FlagParser(flags: command.flags, operands: command.operands)
      return try command.run(parser.parse(rest, environment: environment))
    }
  }

  /// The one whose name most of the words spell: `bench kernels` before `bench`.
  private static func command(of arguments: [String]) -> (any Command.Type)? {
    commands.filter { arguments.starts(with: $0.words) }.max { $0.words.count < $1.words.count }
  }

  private static func unknownCommand(_ word: String) -> UsageError {
    let names = commands.map { $0.name }
    let suggestion = Spelling.nearest(to: word, among: names).map { "; did you mean \($0)?" } ?? ""
    return UsageError("unknown command \(word), expected one of \(names.joined(separator: ", "))\(suggestion)")
  }

  private static var helpText: String {
    let lines = commands.map { "  \($0.name.padding(toLength: 22, withPad: " ", startingAt: 0))\($0.summary)" }
    return """
      A neural machine translation server.

      Usage: dragoman COMMAND [flags]

      \(lines.joined(separator: "\n"))

      dragoman COMMAND --help lists its flags; dragoman --version prints the version.
      """
  }
}
