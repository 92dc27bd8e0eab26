import CKernels
import Tensor

/// The activations of one worker, reused by every batch and every step, grown to the largest seen.
final class TransformerWorkspace {
  let states = FloatBuffer()  // (rows, D)
  let normalised = FloatBuffer()  // (rows, D)
  let projected = FloatBuffer()  // (rows, 3W) queries, keys, values
  let context = FloatBuffer()  // (rows, W)
  private let inner = [FloatBuffer(), FloatBuffer()]  // (rows, F), taking turns
  private let gated = FloatBuffer()  // (rows, 2F)
  let keys = FloatBuffer()  // (d, T) of one head, transposed
  let scores = FloatBuffer()  // (T, T) of one head, or (H, T) of one row
  let biases = FloatBuffer()  // (H, T) of one row
  let distances = FloatBuffer()  // (T, 2M + 1) of one head
  let linear = LinearScratch()

  /// Embeds tokens at their positions.
  /// - Returns: x (rows, D).
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
      if layer.isGated {
        product.applyGated(
          hidden, rows: rows, activation: layer.activation, product: gated.reserve(rows * product.outputs), into: next,
          scratch: linear)
      } else {
        product.apply(hidden, rows: rows, activation: layer.activation, into: next, scratch: linear)
      }
      hidden = UnsafePointer(next)
    }
    layer.residual.leave(x, adding: layer.output, of: hidden, rows: rows, workspace: self)
  }
}

// MARK: Residual connections

/// The connection around each sub-layer f: x = norm(x + f(x)) (post-norm), or x = x + f(norm(x)) (pre-norm).
struct Residual: Sendable {
  let norm: LayerNorm
  let isPreNorm: Bool

  /// The sub-layer's input: x (rows, D) itself, or its normalised copy in the workspace.
  func enter(
    _ x: UnsafeMutablePointer<Float>, rows: Int, workspace: TransformerWorkspace
  ) -> UnsafePointer<Float> {
    guard isPreNorm else { return UnsafePointer(x) }
    let normalised = workspace.normalised.reserve(rows * norm.scale.count)
    norm.apply(x, rows: rows, into: normalised)
    return UnsafePointer(normalised)
  }

  /// Adds the sub-layer's last product of `states` (rows, D) to x, or the states themselves if there is no product.
  func leave(
    _ x: UnsafeMutablePointer<Float>, adding output: Linear?, of states: UnsafePointer<Float>, rows: Int,
    workspace: TransformerWorkspace
  ) {
    if let output { return leave(x, adding: output, of: states, rows: rows, workspace: workspace) }
    ck_add(x, states, rows * norm.scale.count)
    if !isPreNorm { norm.apply(x, rows: rows, into: x) }
  }

  /// Adds the sub-layer's last product, states · Wᵀ + b, to x (rows, D).
  func leave(
    _ x: UnsafeMutablePointer<Float>, adding output: Linear, of states: UnsafePointer<Float>, rows: Int,
    workspace: TransformerWorkspace
  ) {
    output.multiply(states, rows: rows, into: x, accumulate: true, scratch: workspace.linear)
    if isPreNorm {
      ck_add_bias(x, output.bias, rows, output.outputs)
    } else {
      norm.apply(x, adding: output.bias, rows: rows, into: x)
    }
  }
}
