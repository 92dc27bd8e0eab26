import Benchmark
import Foundation
import JSON
import Tensor
import Terminal

/// `dragoman bench`: measures how fast a model decodes a file, and prints one JSON object.
package enum BenchCommand: Command {
  package static let name = "bench"
  package static let summary = "Measures how fast a model translates a file."
  package static let usage = "--model DIR --input FILE [flags]"
  package static let flags: [any FlagDeclaration] = [
    ModelFlags.model, input, batchSize, beam, workers, threads, length, limit, output,
    ModelFlags.precision, ModelFlags.noShortlist, instructionSet, kernels,
  ]

  private static let input = Flag.optionalText("input", "FILE", "text with one sentence per line")
  private static let batchSize = Flag.integer(
    "batch-size", "N", default: 32, in: 1...4096, "sentences decoded together; 1 is one after another")
  private static let beam = Flag.integer("beam", "N", default: 1, in: 1...16, "hypotheses kept; 1 is greedy")
  private static let workers = ModelFlags.workers.with(default: 1)
  private static let threads = Flag.integer(
    "threads", "N", default: 1, in: 1...256, "cores for a batch while no other worker is busy")
  private static let length = Flag.optionalInteger(
    "length", "N", in: 1...4096, "number of target tokens to force per sentence")
  private static let limit = Flag.optionalInteger("limit", "N", in: 1...Int(Int32.max), "use the first N lines only")
  private static let output = Flag.optionalText("output", "FILE", "file for the translations, in input order")

  private static let instructionSet = Flag.optionalChoice(
    "instruction-set", InstructionSet.allCases, "upper limit for products of matrices; in 8 bits all give the same text"
  )

  private static let kernels = Flag.optionalChoice(
    "kernels", FloatKernels.allCases, "kernels of float32 products; packed by default")

  package static func run(_ values: FlagValues) throws -> Int32 {
    if values[kernels] == .openblas { FloatKernels.useOpenBLAS() }
    CoreTeam.start(threads: values[threads])
    if let set = values[instructionSet] { InstructionSet.limit(to: set) }
    let settings = DecodingBenchmark.Settings(
      model: try values.required(ModelFlags.model), preferences: ModelFlags.preferences(values),
      lines: try LineReader.lines(of: values.required(input), limit: values[limit] ?? .max),
      batchSize: values[batchSize], beam: values[beam], workers: values[workers], length: values[length])
    let file = try values[output].map(OutputFile.init(path:))
    var bar = ProgressBar(total: settings.lines.count, unit: "sentences")
    let result = try DecodingBenchmark(settings).run { bar.show($0) }
    Console.endProgress()
    try file?.write(result.translations.map { $0 + "\n" }.joined())
    try OutputFile.standardOutput.write(String(decoding: json(settings, result), as: UTF8.self) + "\n")
    return 0
  }

  private static func json(_ settings: DecodingBenchmark.Settings, _ result: DecodingBenchmark.Result) -> [UInt8] {
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
        ("targetTokens", result.targetTokens), ("truncated", result.truncatedSentences),
        ("peakRSSBytes", peakResidentBytes),
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

  /// The greatest resident size of this process so far.
  private static var peakResidentBytes: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}
