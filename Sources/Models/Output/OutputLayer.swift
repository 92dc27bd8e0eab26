import Checkpoint
import Foundation
import Tensor

/// The layer from decoder states to logits: over the whole vocabulary, or over the words that a source sentence makes
/// likely.
enum OutputLayer: Sendable {
  case whole(Linear)
  case screened(ScreenedOutput)
  case shortlisted(ShortlistedOutput)

  /// A table of word vectors (V, D) that is also the weights of the output layer.
  /// - Throws: `FileError` if the elements are no floating-point numbers, or one is not finite.
  static func tied(
    _ stored: StoredTensor, precision: Precision, bias: [Float]
  ) throws -> (EmbeddingTable, OutputLayer) {
    if precision == .float32 { return tied(try stored.matrix(), bias: bias) }
    let weight = try precision.weight([stored])
    return (
      try EmbeddingTable(stored, precision: precision, output: weight), .whole(Linear(weight: weight, bias: bias))
    )
  }

  /// A float32 table of word vectors (V, D) that is also the weights of the output layer.
  static func tied(_ table: Matrix, bias: [Float]) -> (EmbeddingTable, OutputLayer) {
    if let output = ScreenedOutput(table, bias: bias) { return (.float32(table), .screened(output)) }
    return (.float32(table), .whole(Linear(weight: Linear.weight([table]), bias: bias)))
  }

  /// Bytes of the copies of the layer's weights that the layer can come to hold.
  var copiedBytes: Int {
    if case .screened(let output) = self { output.copiedBytes } else { 0 }
  }

  /// The layer of one sentence; nil if the model has one layer for all.
  /// - Parameter required: tokens that must be among the candidates.
  func narrowed(to source: ArraySlice<Int32>, required: [Int32]) -> NarrowOutput? {
    guard case .shortlisted(let output) = self else { return nil }
    return output.narrow(Array(source), required: required)
  }
}

// MARK: Whole layers with a screen

/// A float32 output layer (D → V) that is also the table of word vectors. Its screen finds the likeliest tokens if nothing
/// else is asked for.
///
/// The layer itself is packed beside the workers when a row first asks for more, as beams and scores do: greedy
/// decoding never needs it. Until it is there, its products have the same bits and take longer.
// @unchecked: `packed` and `isPacking` are only touched under `lock`.
final class ScreenedOutput: @unchecked Sendable {
  let screen: OutputScreen
  private let table: Matrix  // (V, D)
  private let bias: [Float]  // (V)
  private let lock = NSLock()
  private var packed: Linear?
  private var isPacking = false

  /// - Returns: nil if the processor has no kernels for it, or the weights are not all finite.
  init?(_ table: Matrix, bias: [Float]) {
    guard PackedMatrix.isAvailable, let screen = OutputScreen(table, weights: table, bias: bias) else { return nil }
    self.screen = screen
    self.table = table
    self.bias = bias
  }

  /// Bytes of the copies in 8 bits and packed.
  var copiedBytes: Int { table.rows * table.columns * (MemoryLayout<Int8>.size + MemoryLayout<Float>.size) }

  /// The packed layer; nil while it is being packed, which the first call of any worker starts.
  var layer: Linear? {
    lock.withLock {
      if packed == nil, !isPacking {
        isPacking = true
        DispatchQueue.global(qos: .utility).async(execute: pack)
      }
      return packed
    }
  }

  private func pack() {
    let layer = Linear(weight: Linear.weight([table]), bias: bias)
    lock.withLock { packed = layer }
  }

  /// x (rows, D) · Wᵀ + b, a block of outputs after the other.
  func forEachBlock(
    _ x: UnsafePointer<Float>, rows: Int, scratch: LinearScratch, _ body: (OutputBlock) -> Void
  ) {
    if let layer {
      layer.forEachBlock(x, rows: rows, scratch: scratch, body)
    } else {
      Linear.forEachBlock(x, packing: table, bias: bias, rows: rows, scratch: scratch, body)
    }
  }
}

// MARK: Shortlists

/// An output table (V, D) of which each sentence uses a few rows.
struct ShortlistedOutput: Sendable {
  let shortlist: LexicalShortlist
  /// Whether source and target have one vocabulary: source words, such as names, are then candidates themselves.
  let sharesVocabulary: Bool
  let table: EmbeddingTable
  let activations: Int8Weight.Activations
  let bias: [Float]  // (V)

  func narrow(_ source: [Int32], required: [Int32]) -> NarrowOutput {
    var candidates = shortlist.candidates(for: source, includesSource: sharesVocabulary)
    let missing = Set(required).subtracting(candidates)
    if !missing.isEmpty { candidates = (candidates + missing).sorted() }
    return NarrowOutput(
      candidates: candidates,
      linear: Linear(weight: weight(candidates), bias: candidates.map { bias[Int($0)] }))
  }

  private func weight(_ rows: [Int32]) -> Linear.Weight {
    switch table {
    case .float32(let matrix):
      let width = matrix.columns
      return .float32(
        Matrix(rows: rows.count, columns: width) { chosen in
          for (index, row) in rows.enumerated() {
            _ = UnsafeMutableBufferPointer(rebasing: chosen[(index * width)..<((index + 1) * width)])
              .update(from: UnsafeBufferPointer(start: matrix.row(Int(row)), count: width))
          }
        })
    case .packed(let whole): return .int8(Int8Weight(choosing: rows, of: whole))
    case .int8(let integers):
      return .int8(
        Int8Weight(
          integers: integers.base, rows: rows, inputs: integers.columns, outputs: rows.count,
          scales: Array(repeating: integers.step, count: rows.count), activations: activations))
    }
  }
}

/// The output layer of one sentence.
final class NarrowOutput: Sendable {
  /// Target tokens, ascending.
  let candidates: [Int32]
  let linear: Linear  // D → candidates

  init(candidates: [Int32], linear: Linear) {
    self.candidates = candidates
    self.linear = linear
  }

  /// Position of a token among the candidates; nil if it is not one.
  func output(of token: Int32) -> Int? {
    var (low, high) = (0, candidates.count)
    while low < high {
      let middle = (low + high) / 2
      if candidates[middle] < token { low = middle + 1 } else { high = middle }
    }
    return low < candidates.count && candidates[low] == token ? low : nil
  }
}
