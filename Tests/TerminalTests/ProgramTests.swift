import Terminal
import Testing

struct ProgramTests {
  private static let program = Program(
    name: "tool", version: "1.2.3", summary: "A tool.", commands: [EchoCommand.self, FailingCommand.self])

  private enum EchoCommand: Command {
    static let name = "echo"
    static let summary = "Repeats a number."
    static let usage = "[flags]"
    static let flags: [any FlagDeclaration] = [number, often]
    static let number = Flag.integer("number", "N", default: 7, in: 0...9, "the number")
    static let often = Flag.toggle("twice", "two times")

    static func run(_ values: FlagValues) -> Int32 { Int32(values[number] * (values[often] ? 2 : 1)) }
  }

  private enum FailingCommand: Command {
    static let name = "fail"
    static let summary = "Fails."
    static let usage = "FILE"
    static let flags: [any FlagDeclaration] = []
    static let operands = ["FILE"]

    static func run(_ values: FlagValues) throws -> Int32 { throw InputError("\(values.operands[0]): unreadable") }
  }

  @Test func exitStatusIsTheCommands() {
    #expect(Self.program.run(["echo"]) == 7)
    #expect(Self.program.run(["echo", "--number=3", "--twice"]) == 6)
    #expect(Self.program.run(["echo"], environment: ["DRAGOMAN_NUMBER": "2"]) == 2)
  }

  @Test func failuresEndWithStatusOneAndWrongUsageWithTwo() {
    #expect(Self.program.run(["fail", "a"]) == 1)
    for arguments in [["fail"], ["ech"], ["echo", "--number=x"], []] {
      #expect(Self.program.run(arguments) == 2, "\(arguments)")
    }
  }

  @Test func helpListsCommandsAndFlags() {
    #expect(
      Self.program.helpText == """
        A tool.

        Usage: tool COMMAND [flags]

          echo        Repeats a number.
          fail        Fails.
          help        Lists the flags of a command.
          completion  Prints completion for bash, zsh or fish.
          manual      Prints the manual page.

        tool help COMMAND lists the command's flags; tool --version prints the version.
        """)
    #expect(
      Self.program.helpText(of: EchoCommand.self) == """
        Repeats a number.

        Usage: tool echo [flags]

          --number N  the number (default 7)
          --twice     two times

        Each flag can also be set in the environment: --some-flag as DRAGOMAN_SOME_FLAG.
        """)
    #expect(Self.program.run(["--help"]) == 0)
    #expect(Self.program.run(["echo", "--help"]) == 0)
    #expect(Self.program.run(["--version"]) == 0)
    for arguments in [
      ["help"], ["help", "echo"], ["help", "help"], ["help", "completion"], ["help", "manual"], ["manual"],
      ["completion", "zsh"],
    ] {
      #expect(Self.program.run(arguments) == 0, "\(arguments)")
    }
    for arguments in [
      ["help", "ech"], ["help", "echo", "x"], ["manual", "x"], ["completion"], ["completion", "csh"],
    ] {
      #expect(Self.program.run(arguments) == 2, "\(arguments)")
    }
  }
}
