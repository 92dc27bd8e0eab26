import Foundation
import JSON
import Tensor

/// `dragoman bench`: how fast a model decodes a file, as one JSON object on stdout.
package enum BenchCommand: Command {
  static let name = "bench"
  static let summary = "Measures how fast a model translates a file."
  static let usage = "--model DIR --input FILE [flags]"
  package static let flags: [any FlagDeclaration] = [
    CommonFlags.model, input, batchSize, beam, CommonFlags.workers.with(default: 1), threads, length, limit, output,
    CommonFlags.precision, CommonFlags.noShortlist, instructionSet, kernels,
  ]

  private static let input = Flag.optionalText("input", "FILE", "text, a sentence a line")
  private static let batchSize = Flag.integer(
    "batch-size", "N", default: 32, in: 1...4096, "sentences decoded together; 1 is one after another")
  private static let beam = Flag.integer("beam", "N", default: 1, in: 1...16, "hypotheses kept; 1 is greedy")
  private static let threads = Flag.integer(
    "threads", "N", default: 1, in: 1...256, "cores that a batch may use while no other worker is busy")
  private static let length = Flag.optionalInteger(
    "length", "N", in: 1...4096, "force that many target tokens a sentence")
  private static let limit = Flag.optionalInteger("limit", "N", in: 1...Int(Int32.max), "take the first N lines only")
  private static let output = Flag.optionalText("output", "FILE", "write the translations there, in input order")

  private static let instructionSet = Flag.optionalChoice(
    "instruction-set", InstructionSet.allCases, "use no more than this for 8-bit products; all give the same text")

  private static let kernels = Flag.optionalChoice(
    "kernels", FloatKernels.allCases, "who multiplies float32 matrices; packed where the processor can")

  package static func run(_ values: FlagValues) throws -> Int32 {
    if values[kernels] == .openblas { FloatKernels.useOpenBLAS() }
    CoreTeam.start(threads: values[threads])
    if let set = values[instructionSet] { InstructionSet.limit(to: set) }
    let settings = BenchSettings(
      model: try CommonFlags.required(values, CommonFlags.model), preferences: CommonFlags.preferences(values),
      lines: try LineReader.lines(of: CommonFlags.required(values, input), limit: values[limit] ?? .max),
      batchSize: values[batchSize], beam: values[beam],
      workers: values[CommonFlags.workers.with(default: 1)], length: values[length])
    let file = try values[output].map(OutputFile.init(path:))
    let result = try BenchRun(settings).run()
    try file?.write(result.translations.map { $0 + "\n" }.joined())
    try OutputFile.standardOutput.write(String(decoding: json(settings, result), as: UTF8.self) + "\n")
    return 0
  }

  private static func json(_ settings: BenchSettings, _ result: BenchResult) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      for (name, text) in [
        ("engine", "dragoman"), ("precision", result.precision), ("instructionSet", InstructionSet.current.rawValue),
        ("kernels", FloatKernels.current.rawValue),
      ] {
        writer.name(name)
        writer.string(text)
      }
      let numbers = [
        ("batch", settings.batchSize), ("beam", settings.beam), ("workers", settings.workers),
        ("sentences", settings.lines.count), ("sourceTokens", result.sourceTokens),
        ("targetTokens", result.targetTokens), ("truncated", result.truncated), ("peakRSSBytes", peakResidentBytes),
      ]
      for (name, number) in numbers {
        writer.name(name)
        writer.integer(number)
      }
      let rates = [
        ("seconds", result.seconds), ("targetTokensPerSecond", Double(result.targetTokens) / result.seconds),
        ("sentencesPerSecond", Double(settings.lines.count) / result.seconds), ("loadSeconds", result.loadSeconds),
      ]
      for (name, rate) in rates {
        writer.name(name)
        writer.real((rate * 1000).rounded() / 1000)
      }
    }
    return writer.bytes
  }

  /// The most memory that this process ever had resident.
  private static var peakResidentBytes: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}
