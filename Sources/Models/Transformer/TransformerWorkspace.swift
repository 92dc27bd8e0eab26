import Tensor

/// A worker's activations: reused by every batch and every step, grown to the largest seen.
final class TransformerWorkspace {
  let states = FloatBuffer()  // (rows, D)
  let normalised = FloatBuffer()  // (rows, D)
  let projected = FloatBuffer()  // (rows, 3D) queries, keys, values
  let context = FloatBuffer()  // (rows, D)
  private let inner = [FloatBuffer(), FloatBuffer()]  // (rows, F), taking turns
  let keys = FloatBuffer()  // (D/H, T) of one head, transposed
  let scores = FloatBuffer()  // (T, T) of one head, or (H, T) of one row
  let linear = LinearScratch()

  /// x (rows, D): tokens at their positions.
  func embed(
    _ embedding: Embedding, rows: Int, token: (Int) -> Int32, position: (Int) -> Int
  ) -> UnsafeMutablePointer<Float> {
    let d = embedding.table.dimension
    let x = states.reserve(rows * d)
    for row in 0..<rows {
      embedding.read(token(row), position: position(row), into: x + row * d)
    }
    embedding.norm?.apply(x, rows: rows, into: x)
    return x
  }

  func run(_ layer: FeedForward, _ x: UnsafeMutablePointer<Float>, rows: Int) {
    var hidden = layer.residual.enter(x, rows: rows, workspace: self)
    for (turn, product) in layer.inner.enumerated() {
      let next = inner[turn % 2].reserve(rows * product.outputs)
      product.apply(hidden, rows: rows, activation: layer.activation, into: next, scratch: linear)
      hidden = UnsafePointer(next)
    }
    layer.residual.leave(x, adding: layer.output, of: hidden, rows: rows, workspace: self)
  }
}
