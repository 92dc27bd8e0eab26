/// `dragoman bench kernels`: how fast each kernel is, and how near to what this core can do.
package enum KernelBenchCommand: Command {
  static let name = "bench kernels"
  static let summary = "Measures each kernel against what this core can do."
  static let usage = "[flags]"
  package static let flags: [any FlagDeclaration] = [asJSON]

  private static let asJSON = Flag.toggle("json", "one JSON object instead of text")

  package static func run(_ values: FlagValues) throws -> Int32 {
    let bench = KernelBench()
    let report = KernelReport(ceilings: bench.ceilings, results: bench.run())
    try OutputFile.standardOutput.write((values[asJSON] ? report.json : report.text) + "\n")
    return 0
  }
}
