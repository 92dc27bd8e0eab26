import Foundation
import JSON
import Terminal
import Tensor

/// `dragoman-bench kernels`: measures the speed of each kernel and its distance to this core's ceiling.
package enum KernelsCommand: Command {
  package static let name = "kernels"
  package static let summary = "Measures each kernel against what this core can do."
  package static let usage = "[flags]"
  package static let flags: [any FlagDeclaration] = [asJSON]

  private static let asJSON = Flag.toggle("json", "one JSON object instead of text")

  package static func run(_ values: FlagValues) throws -> Int32 {
    let bench = KernelBench()
    let report = KernelReport(ceilings: bench.ceilings, results: bench.run())
    try OutputFile.standardOutput.write((values[asJSON] ? report.json : report.text) + "\n")
    return 0
  }
}

/// A measurement of every kernel in turn, on this thread.
struct KernelBench {
  let ceilings = Ceilings()
  /// Shapes of OPUS-MT's base models, and the output layer of a small model.
  private static let shapes = [
    (512, 512), (512, 1536), (512, 2048), (2048, 512), (512, 58101), (256, 8000),
  ].map(ProductShape.init)

  func run() -> [KernelResult] {
    Self.shapes.flatMap { products(ProductCases($0)) } + decoder() + rows()
  }

  private func products(_ all: ProductCases) -> [KernelResult] {
    measure(all.openBLAS + all.packedFloat) + eachInstructionSet { measure(all.int8($0)) }
  }

  private func decoder() -> [KernelResult] {
    let float = PackedMatrix.isAvailable ? measure(DecoderCases.packedFloat().cases(ProductCases.packedName)) : []
    let weights = DecoderCases.int8()
    return float + eachInstructionSet { measure(weights.cases(ProductCases.name($0))) }
  }

  private func rows() -> [KernelResult] {
    let kernels = RowCases()
    // Screens exist beside packed weights only.
    let screens = PackedMatrix.isAvailable ? ScreenCases() : nil
    return ProductCases.rows.flatMap { measure(kernels.cases(rows: $0) + (screens?.cases(rows: $0) ?? [])) }
  }

  /// Measures with every instruction set; the best one is last and stays in use.
  private func eachInstructionSet(_ measure: (InstructionSet) -> [KernelResult]) -> [KernelResult] {
    let best = InstructionSet.current
    let sets = InstructionSet.allCases.prefix { $0 != best } + [best]
    return sets.flatMap { set in
      InstructionSet.limit(to: set)
      return measure(set)
    }
  }

  private func measure(_ cases: [KernelCase]) -> [KernelResult] {
    cases.map { KernelResult($0, seconds: Stopwatch.medianSeconds($0.run), ceilings: ceilings) }
  }
}

/// The output of `dragoman-bench kernels`.
struct KernelReport {
  let ceilings: Ceilings
  let results: [KernelResult]

  var text: String {
    let facts = [
      ["float32 multiply-adds", Self.number(ceilings.float / 1e9), "GFLOP/s"],
      ["8-bit products", Self.number(ceilings.int8 / 1e9), "GOP/s"],
    ]
    let reads = Ceilings.sizes.map { name, bytes in
      ["reading \(name)", Self.number(ceilings.readSpeed(bytes: bytes) / 1e9), "GB/s"]
    }
    let head = ["kernel", "shape", "rows", "us", "GOP/s", "GB/s", "of ceiling", "bound by"]
    let rows = results.map {
      [
        $0.kernel, $0.shape, "\($0.rows)", Self.number($0.microseconds), Self.number($0.gigaOperations),
        Self.number($0.gigabytes), String(format: "%.2f", $0.fraction), $0.bound,
      ]
    }
    return TextTable.columns(facts + reads) + "\n\n" + TextTable.columns([head] + rows)
  }

  private static func number(_ value: Double) -> String { String(format: "%.1f", value) }

  var json: String {
    var writer = JSONWriter(capacity: 1 << 15)
    writer.object { writer in
      writer.name("ceilings")
      writer.object { writer in
        Self.write([("gigaflops", ceilings.float / 1e9), ("int8GigaOperations", ceilings.int8 / 1e9)], to: &writer)
        writer.name("reads")
        writer.array(of: Ceilings.sizes) { writer, size in
          writer.object { writer in
            writer.name("bytes")
            writer.integer(size.1)
            Self.write([("gigabytesPerSecond", ceilings.readSpeed(bytes: size.1) / 1e9)], to: &writer)
          }
        }
      }
      writer.name("kernels")
      writer.array(of: results) { writer, result in Self.write(result, to: &writer) }
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private static func write(_ result: KernelResult, to writer: inout JSONWriter) {
    writer.object { writer in
      for (name, text) in [("kernel", result.kernel), ("shape", result.shape), ("bound", result.bound)] {
        writer.name(name)
        writer.string(text)
      }
      writer.name("rows")
      writer.integer(result.rows)
      let numbers = [
        ("microseconds", result.microseconds), ("gigaOperationsPerSecond", result.gigaOperations),
        ("gigabytesPerSecond", result.gigabytes), ("ofCeiling", result.fraction),
      ]
      write(numbers, to: &writer)
    }
  }

  private static func write(_ numbers: [(String, Double)], to writer: inout JSONWriter) {
    for (name, number) in numbers {
      writer.name(name)
      writer.real((number * 1000).rounded() / 1000)
    }
  }
}
