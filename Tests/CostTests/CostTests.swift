import Foundation
import Support
import Testing

/// The short form of `deploy/cost-check`: inputs whose cost once grew with the square of their size, and one of each kind.
///
/// Instructions are counted, so that the result is the same on a busy machine.
@Suite(.timeLimit(.minutes(10))) struct CostTests {
  private static let inputs = [
    "path:slashes", "value of a header field:weights", "JSON:nested arrays", "multipart form:fields of a part",
    "chunks:chunks of a byte", "text:prose", "text:sentences of a letter",
    "text:empty braces and a word", "text through a pivot:empty braces",
    "HTML:nested tags", "HTML:words in tags", ".po:empty translations", ".srt:notes", ".md:long fence",
    ".md:block of HTML", ".docx:bold runs", ".pdf:objects of PDF",
  ]

  #if DEBUG
    private static let isDebug = true
  #else
    private static let isDebug = false
  #endif

  @Test(
    .enabled(if: Valgrind.isInstalled, "Valgrind, which counts the instructions, and strip are not installed"),
    .disabled(if: Valgrind.isHindered, "Valgrind cannot run what a sanitizer has instrumented"),
    .disabled(if: isDebug, "Instructions are counted in release mode, where there are far fewer"))
  func costOfAnInputGrowsWithItsSize() throws {
    let (folder, counted) = (try TemporaryFolder(), try TemporaryFolder())
    let counts = counted.path
    let built = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    // Valgrind cannot read the debug information of every compiler.
    let program = "\(folder.path)/dragoman-cost"
    _ = try Valgrind.output(of: ["strip", "-s", "-o", program, built.appendingPathComponent("dragoman-cost").path])
    let table = try Valgrind.output(
      of: ["valgrind", "-q", "--tool=callgrind", "--callgrind-out-file=\(counts)/out", program, counts, "0.03"]
        + Self.inputs)
    let rows = table.split(separator: "\n").map { $0.split(separator: "\t") }
    #expect(rows.count >= Self.inputs.count)
    for row in rows {
      let figures = row.dropFirst(4).compactMap { Double($0) }
      try #require(figures.count == 6, "\(row)")
      let growth = figures[2] / figures[1]
      #expect(
        figures[0] > 0 && growth <= 2.3, "\(row[0]), \(row[1]): \(growth) times the instructions for twice the input")
    }
  }
}

private enum Valgrind {
  /// Whether `deploy/test --sanitize` runs the tests.
  static let isHindered = ["ASAN_OPTIONS", "TSAN_OPTIONS"].contains { ProcessInfo.processInfo.environment[$0] != nil }

  static let isInstalled = ["valgrind", "strip"].allSatisfy { name in
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }

  /// Runs a program and returns what it prints.
  static func output(of command: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(command[0])")
    return String(decoding: bytes, as: UTF8.self)
  }
}
