import Foundation
import Support
import Testing

@testable import Terminal

/// The manual page and the completions of a program.
struct ManualTests {
  private enum OpenCommand: Command {
    static let name = "open"
    static let summary = "Opens a file's lid."
    static let usage = "FILE [flags]"
    static let operands = ["FILE"]
    static let flags: [any FlagDeclaration] = [
      Flag.texts("folder", "DIR", "folder [old]: one"), Flag.toggle("loud", "with noise; can't be undone"),
      Flag.integer("count", "N", default: 3, in: 0...9, "number"),
      Flag.optionalChoice("size", Size.allCases, "how large"),
    ]

    static func run(_ values: FlagValues) -> Int32 { 0 }
  }

  private enum Size: String, CaseIterable, Sendable { case small, big }

  private let manual = ProgramManual(
    name: "tool", version: "1.2", summary: "A tool for lids.", commands: [OpenCommand.self])

  @Test func pageHasEveryFlag() {
    let page = manual.page
    #expect(page.hasPrefix(".TH TOOL 1 \"\" \"tool 1.2\"\n.SH NAME\ntool \\- a tool for lids\n"))
    #expect(page.contains(".SS tool open FILE [flags]\nOpens a file's lid.\n"))
    #expect(page.contains(".TP\n\\fB\\-\\-folder\\fR \\fIDIR\\fR\nfolder [old]: one\n"))
    #expect(page.contains("\\fB\\-\\-count\\fR \\fIN\\fR\nnumber (default 3)\n"))
    #expect(!page.split(separator: "\n").contains { $0.hasPrefix("'") })
  }

  @Test func everyShellKnowsEveryFlag() throws {
    for shell in ProgramManual.shells {
      let text = try manual.completion(shell)
      for word in ["open", "folder", "loud", "count", "size", "small", "big", "help", "completion"] {
        #expect(text.contains(word), "\(shell) \(word)")
      }
    }
    for shell in [nil, "csh"] { #expect(throws: UsageError.self) { try manual.completion(shell) } }
  }

  /// The reply of bash to a line of words, the last of which is being typed.
  private func reply(_ words: [String]) throws -> [String] {
    let script =
      try manual.completion("bash")
      + "COMP_WORDS=(\(words.map { "'\($0)'" }.joined(separator: " "))); COMP_CWORD=\(words.count - 1)\n"
      + "_tool; printf '%s\\n' \"${COMPREPLY[@]}\"\n"
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", script]
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.split(separator: "\n").map(String.init).sorted()
  }

  @Test func bashCompletes() throws {
    #expect(try reply(["tool", "o"]) == ["open"])
    #expect(try reply(["tool", "open", "--lo"]) == ["--loud"])
    #expect(try reply(["tool", "open", "--"]) == ["--count", "--folder", "--help", "--loud", "--size"])
    #expect(try reply(["tool", "open", "--size", ""]) == ["big", "small"])
    #expect(try reply(["tool", "help", ""]) == ["open"])
    #expect(try reply(["tool", "completion", "z"]) == ["zsh"])
    #expect(try reply(["tool", "open", "--count", ""]) == [])
    let folder = try TemporaryFolder()
    try folder.write("lid", text: "")
    #expect(try reply(["tool", "open", folder.path + "/l"]) == [folder.path + "/lid"])
    #expect(try reply(["tool", "open", "--folder", folder.path + "/l"]) == [folder.path + "/lid"])
  }

  @Test func barGrows() {
    var bar = ProgressBar(total: 200, unit: "bytes")
    #expect(bar.text(seconds: 0) == "[..............................] 0 %  0 of 200 bytes")
    bar.show(50)
    #expect(bar.text(seconds: 2) == "[#######.......................] 25 %  50 of 200 bytes, 6 s left")
    // Less than before changes nothing.
    bar.show(20)
    #expect(bar.text(seconds: 2).hasPrefix("[#######......................."))
    bar.show(200)
    #expect(bar.text(seconds: 8) == "[##############################] 100 %  200 of 200 bytes")
    #expect(ProgressBar(total: 0, unit: "bytes").text(seconds: 0).hasSuffix("100 %  0 of 0 bytes"))
  }
}
