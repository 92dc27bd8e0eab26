import Foundation
import JSON

/// What `bench kernels` prints.
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
