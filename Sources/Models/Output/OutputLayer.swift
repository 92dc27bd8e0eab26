import Checkpoint
import Tensor

/// From decoder states to logits: over the whole vocabulary, or over the words that a source sentence makes likely.
enum OutputLayer: Sendable {
  case whole(Linear)
  case screened(ScreenedOutput)
  case shortlisted(ShortlistedOutput)

  /// A table of word vectors (V, D) that is the output layer's weights too.
  /// - Throws: `FileError` where the numbers are of another type.
  static func tied(
    _ stored: StoredTensor, precision: Precision, bias: [Float]
  ) throws -> (EmbeddingTable, OutputLayer) {
    if precision == .float32 {
      let matrix = try stored.matrix()
      if let output = ScreenedOutput(matrix, bias: bias) { return (.float32(matrix), .screened(output)) }
    }
    let weight = try precision.weight([stored])
    let table = try EmbeddingTable(stored, precision: precision, output: weight)
    return (table, .whole(Linear(weight: weight, bias: bias)))
  }

  /// What the rows of one sentence use; nil where that is the whole layer.
  /// - Parameter required: tokens that must be among the candidates.
  func narrowed(to source: ArraySlice<Int32>, required: [Int32]) -> NarrowOutput? {
    guard case .shortlisted(let output) = self else { return nil }
    return output.narrow(Array(source), required: required)
  }
}
