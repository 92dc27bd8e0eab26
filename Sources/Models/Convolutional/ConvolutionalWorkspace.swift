import Tensor

/// A worker's activations: reused by every batch and every step, grown to the largest seen.
final class ConvolutionalWorkspace {
  let embedded = FloatBuffer()  // (rows, E)
  let states = FloatBuffer()  // (rows, C)
  let windows = FloatBuffer()  // (rows, W·C)
  let gates = FloatBuffer()  // (rows, 2C)
  let gated = FloatBuffer()  // (rows, C)
  let query = FloatBuffer()  // (rows, E)
  let scores = FloatBuffer()  // (S)
  let context = FloatBuffer()  // (rows, E)
  let projected = FloatBuffer()  // (rows, C), or (rows, E) of the last layer
  let linear = LinearScratch()

  /// Tokens at their positions, (rows, E) and projected (rows, C).
  func enter<Layer>(
    _ stack: ConvolutionalStack<Layer>, rows: Int, token: (Int) -> (id: Int32, position: Int)
  ) -> (embedded: UnsafeMutablePointer<Float>, states: UnsafeMutablePointer<Float>) {
    let width = stack.projectIn.inputs
    let g = embedded.reserve(rows * width)
    for row in 0..<rows {
      let (id, position) = token(row)
      stack.embedding.read(id, position: position, into: g + row * width)
    }
    let x = states.reserve(rows * stack.projectIn.outputs)
    stack.projectIn.apply(g, rows: rows, into: x, scratch: linear)
    return (g, x)
  }
}
