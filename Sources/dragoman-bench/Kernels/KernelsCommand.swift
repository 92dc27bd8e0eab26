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
    Self.shapes.flatMap { shape in measure(ProductCases(shape).openBLAS) + eachSet { products(shape, $0) } }
      + eachSet(decoder) + eachSet(rows)
  }

  private func products(_ shape: ProductShape, _ set: InstructionSet) -> [KernelResult] {
    let all = ProductCases(shape)
    return measure(all.packedFloat(set) + all.int8(set))
  }

  private func decoder(_ set: InstructionSet) -> [KernelResult] {
    measure(DecoderCases.packedFloat().cases(ProductCases.floatName(set)))
      + measure(DecoderCases.int8().cases(ProductCases.int8Name(set)))
  }

  private func rows(_ set: InstructionSet) -> [KernelResult] {
    let (kernels, screens) = (RowCases(set), ScreenCases(set))
    return ProductCases.rows.flatMap { measure(kernels.cases(rows: $0) + screens.cases(rows: $0)) }
  }

  /// Measures with every instruction set of this processor; the best one is last and stays in use.
  private func eachSet(_ measure: (InstructionSet) -> [KernelResult]) -> [KernelResult] {
    InstructionSet.available.flatMap { set in
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
    let facts = InstructionSet.available.flatMap { set in
      [
        ["float32 multiply-adds, \(set.rawValue)", Self.number(ceilings.float(set) / 1e9), "GFLOP/s"],
        ["8-bit products, \(set.rawValue)", Self.number(ceilings.int8(set) / 1e9), "GOP/s"],
      ]
    }
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
        writer.name("sets")
        writer.array(of: InstructionSet.available) { writer, set in
          writer.object { writer in
            writer.name("set")
            writer.string(set.rawValue)
            Self.write(
              [("gigaflops", ceilings.float(set) / 1e9), ("int8GigaOperations", ceilings.int8(set) / 1e9)],
              to: &writer)
          }
        }
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
