import Tensor

/// x = E[id] · scale + P[position], then a norm where the architecture has one.
struct Embedding: Sendable {
  let table: EmbeddingTable  // (V, D)
  let positions: Matrix  // (T, D)
  let scale: Float
  let norm: LayerNorm?

  /// y (D): one token at its position, before the norm.
  func read(_ token: Int32, position: Int, into y: UnsafeMutablePointer<Float>) {
    table.read(token, scale: scale, position: positions.row(position), into: y)
  }
}
