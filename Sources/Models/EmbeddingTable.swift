import CKernels
import Checkpoint
import Tensor

/// Rows of word vectors (V, D).
enum EmbeddingTable: Sendable {
  case float32(Matrix)
  /// In 8 bits with one step size for all.
  case int8(Int8Table)
  /// In 8 bits, as a layer's weights: a table that is also the output layer is there once.
  case packed(Int8Weight)

  /// Has the zero vector: what Marian's decoder starts from.
  static let zeroToken: Int32 = -1

  var dimension: Int {
    switch self {
    case .float32(let matrix): matrix.columns
    case .int8(let table): table.columns
    case .packed(let weight): weight.inputs
    }
  }

  /// - Parameter output: the output layer's weights where they were made of this very table.
  /// - Throws: `FileError` where the numbers are of another type.
  init(_ stored: StoredTensor, precision: Precision, output: Linear.Weight? = nil) throws {
    switch (output, precision) {
    case (.float32(let matrix), _): self = .float32(matrix)
    case (.int8(let weight), _): self = .packed(weight)
    case (_, .float32): self = .float32(try stored.matrix())
    case (_, .int8): self = .packed(try Precision.integers([stored]))
    }
  }

  /// y (D) = E[token] · scale + position (D)
  func read(
    _ token: Int32, scale: Float, position: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) {
    guard token != Self.zeroToken else {
      y.update(from: position, count: dimension)
      return
    }
    switch self {
    case .float32(let matrix): ck_embed(matrix.row(Int(token)), scale, position, y, dimension)
    case .int8(let table): ck_embed_int8(table.row(Int(token)), scale * table.step, position, y, dimension)
    case .packed(let weight): weight.embed(Int(token), scale: scale, position: position, into: y)
    }
  }
}
