import Benchmark
import Foundation
import Models
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

  /// A count that rises to the number of lines with text.
  @Test func progressIsReported() throws {
    let lines = Array(repeating: "The woman reads the book.", count: 20) + [""]
    let benchmark = try DecodingBenchmark(
      DecodingBenchmark.Settings(
        model: Self.fixtures + "/marian-base", preferences: ModelPreferences(), lines: lines, batchSize: 8, beam: 1,
        workers: 2))
    var counts: [Int] = []
    let result = benchmark.run { counts.append($0) }
    #expect(result.translations.count == lines.count)
    #expect(counts.last == 20 && counts == counts.sorted())
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
