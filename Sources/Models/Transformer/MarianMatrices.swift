import Checkpoint
import Files
import Tensor

/// Marian's matrices as weights: 8-bit ones as they are or as float32, float32 ones as float32.
struct MarianMatrices {
  let tensors: any TensorSource
  let precision: Precision

  /// Whether there is anything in 8 bits to be kept so.
  var isInt8: Bool { precision == .int8 && tensors.tensors.contains { $0.type == .intgemm8 } }

  /// A table of word vectors (rows, columns), stored as its shape says.
  func table(_ name: String, rows: Int, columns: Int) throws -> EmbeddingTable {
    let stored = try tensors.tensor(name).expecting(shape: [rows, columns])
    guard precision == .int8, stored.type == .intgemm8 else { return .float32(try stored.matrix()) }
    let quantized = try stored.quantized()
    return quantized.integers.withBytes { bytes in
      guard let base = bytes.baseAddress else { return .float32(Matrix(rows: 0, columns: columns) { _ in }) }
      return .int8(
        Int8Table(
          viewing: base.assumingMemoryBound(to: Int8.self), rows: rows, columns: columns,
          step: 1 / quantized.multiplier, owner: stored.file))
    }
  }

  /// The whole of the table of that name as an output layer's weights.
  func weight(
    of table: EmbeddingTable, _ name: String, activations: Int8Weight.Activations
  ) throws -> Linear.Weight {
    let stored = try tensors.tensor(name)
    switch table {
    case .float32(let matrix): return Linear.weight([matrix])
    case .int8(let integers):
      // What is left to read in the file are the word vectors of each sentence.
      defer { stored.release() }
      return .int8(
        Int8Weight(
          integers: integers.base, inputs: integers.columns, outputs: integers.rows,
          scales: Array(repeating: integers.step, count: integers.rows), activations: activations))
    }
  }

  /// Matrices [inputs, outputs] that one input meets, as one product with their outputs side by side.
  func stacked(_ names: [String], inputs: Int, outputs: Int) throws -> Linear.Weight {
    let stored = try names.map { try tensors.tensor($0).expecting(shape: [inputs, outputs]) }
    defer { stored.forEach { $0.release() } }
    guard precision == .int8, stored.allSatisfy({ $0.type == .intgemm8 }) else {
      let parts = try stored.map { part in
        try Matrix(rows: outputs, columns: inputs) { try part.copyLinearWeights(to: $0) }
      }
      return Linear.weight(parts)
    }
    return .int8(try integers(stored, inputs: inputs, outputs: outputs))
  }

  private func integers(_ stored: [StoredTensor], inputs: Int, outputs: Int) throws -> Int8Weight {
    let parts = try stored.map { try $0.quantized() }
    var all: [Int8] = []
    all.reserveCapacity(parts.count * inputs * outputs)
    for part in parts { part.integers.withBytes { all.append(contentsOf: $0.bindMemory(to: Int8.self)) } }
    return Int8Weight(
      integers: all, inputs: inputs, outputs: parts.count * outputs,
      scales: parts.flatMap { Array(repeating: 1 / $0.multiplier, count: outputs) },
      activations: try activations(stored))
  }

  /// Matrices that meet one input share its factor; without one, each row of activations finds its own.
  private func activations(_ stored: [StoredTensor]) throws -> Int8Weight.Activations {
    let factors = try stored.map { try tensors.activationMultiplier($0.name) }
    guard let first = factors.first, let factor = first else { return .perRow }
    for (tensor, other) in zip(stored, factors) where other != factor {
      throw FileError(
        file: tensor.file.path, item: "\(tensor.name)_QuantMultA", found: other.map { "\($0)" } ?? "nothing",
        expected: "\(factor), as \(stored[0].name) has it, which meets the same input")
    }
    return .fixed(factor)
  }
}
