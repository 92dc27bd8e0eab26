import Foundation
import Terminal
import Testing
import dragoman

struct BenchCommandTests {
  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures").path

  private func run(_ arguments: [String]) throws -> Int32 {
    let model = ["--model", Self.fixtures + "/marian-base", "--input", Self.fixtures + "/marian-base/config.json"]
    return try BenchCommand.run(FlagParser(flags: BenchCommand.flags).parse(model + arguments))
  }

  /// The fixture has 64 positions; a further step would read beyond the table.
  @Test func lengthBeyondTheModelsPositionsIsRefused() {
    #expect {
      try run(["--length", "65"])
    } throws: {
      "\($0)" == "--length: found 65, expected at most the model's 64 positions"
    }
  }
}
