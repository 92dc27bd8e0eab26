import CKernels
import Tensor

/// Rows of word vectors (V, D), in float32 or in 8 bits with one step size for all.
enum EmbeddingTable: Sendable {
  case float32(Matrix)
  case int8(Int8Table)

  /// Has the zero vector: what Marian's decoder starts from.
  static let zeroToken: Int32 = -1

  var dimension: Int {
    switch self {
    case .float32(let matrix): matrix.columns
    case .int8(let table): table.columns
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
    }
  }
}
