import Checkpoint
import Files
import Tensor

/// Marian's matrices as weights. What the file has in 8 bits is used as it is unless float32 is asked for.
struct MarianMatrices {
  let tensors: any TensorSource
  /// Nil takes the numbers that each tensor is stored in.
  let precision: Precision?

  /// What becomes of float32 tensors.
  private var floats: Precision { precision ?? .float32 }

  private func staysInteger(_ stored: StoredTensor) -> Bool { stored.type == .intgemm8 && precision != .float32 }

  /// Whether there is anything in 8 bits.
  var isInt8: Bool { precision == .int8 || tensors.tensors.contains(where: staysInteger) }

  /// What a tensor takes once it is loaded.
  func bytes(_ stored: StoredTensor) -> Int { staysInteger(stored) ? stored.count : floats.bytes(stored) }

  /// A table of word vectors (rows, columns), stored as its shape says.
  func table(_ name: String, rows: Int, columns: Int) throws -> EmbeddingTable {
    let stored = try tensors.tensor(name).expecting(shape: [rows, columns])
    guard staysInteger(stored) else { return try EmbeddingTable(stored, precision: floats) }
    return .int8(try integerTable(stored))
  }

  private func integerTable(_ stored: StoredTensor) throws -> Int8Table {
    let quantized = try stored.quantized()
    let integers = try FileBytes(stored.file, quantized.integers.range)
    guard let base = integers.bytes.baseAddress else {
      throw FileError(file: stored.file.path, item: stored.name, found: "no rows", expected: "at least one")
    }
    return Int8Table(
      viewing: base.assumingMemoryBound(to: Int8.self), rows: quantized.rows, columns: quantized.columns,
      step: 1 / quantized.multiplier, owner: integers)
  }

  /// A table (rows, columns) as an output layer's weights.
  func weight(
    table name: String, rows: Int, columns: Int, activations: Int8Weight.Activations
  ) throws -> Linear.Weight {
    let stored = try tensors.tensor(name).expecting(shape: [rows, columns])
    guard staysInteger(stored) else { return try floats.weight([stored]) }
    return weight(of: try integerTable(stored), activations: activations)
  }

  private func weight(of table: Int8Table, activations: Int8Weight.Activations) -> Linear.Weight {
    .int8(
      Int8Weight(
        integers: table.base, inputs: table.columns, outputs: table.rows,
        scales: Array(repeating: table.step, count: table.rows), activations: activations))
  }

  /// A table of word vectors (rows, columns) that is the output layer's weights too.
  func tied(
    _ name: String, rows: Int, columns: Int, activations: Int8Weight.Activations, bias: [Float]
  ) throws -> (EmbeddingTable, OutputLayer) {
    let stored = try tensors.tensor(name).expecting(shape: [rows, columns])
    guard staysInteger(stored) else { return try OutputLayer.tied(stored, precision: floats, bias: bias) }
    let table = try integerTable(stored)
    return (.int8(table), .whole(Linear(weight: weight(of: table, activations: activations), bias: bias)))
  }

  /// Matrices [inputs, outputs] that one input meets, as one product with their outputs side by side.
  func stacked(_ names: [String], inputs: Int, outputs: Int) throws -> Linear.Weight {
    let stored = try names.map { try tensors.tensor($0).expecting(shape: [inputs, outputs]) }
    guard stored.allSatisfy(staysInteger) else { return try floats.weight(stored, transposed: true) }
    return .int8(try integers(stored, inputs: inputs, outputs: outputs))
  }

  private func integers(_ stored: [StoredTensor], inputs: Int, outputs: Int) throws -> Int8Weight {
    let parts = try stored.map { try $0.quantized() }
    var all: [Int8] = []
    all.reserveCapacity(parts.count * inputs * outputs)
    for part in parts { try part.integers.withBytes { all.append(contentsOf: $0.bindMemory(to: Int8.self)) } }
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
