import Checkpoint
import Tensor

/// An output table (V, D) of which each sentence uses few rows.
struct ShortlistedOutput: Sendable {
  let shortlist: LexicalShortlist
  /// Source and target have one vocabulary: then source words are candidates themselves (names, numbers).
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
  /// Ascending.
  let candidates: [Int32]
  let linear: Linear  // D → candidates

  init(candidates: [Int32], linear: Linear) {
    self.candidates = candidates
    self.linear = linear
  }

  /// Where a token stands among the candidates; nil where it does not.
  func place(of token: Int32) -> Int? {
    var (low, high) = (0, candidates.count)
    while low < high {
      let middle = (low + high) / 2
      if candidates[middle] < token { low = middle + 1 } else { high = middle }
    }
    return low < candidates.count && candidates[low] == token ? low : nil
  }
}
