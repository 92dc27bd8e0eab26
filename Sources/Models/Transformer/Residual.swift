import CKernels
import Tensor

/// What stands around each sub-layer f: x = norm(x + f(x)) (post-norm), or x = x + f(norm(x)) (pre-norm).
struct Residual: Sendable {
  let norm: LayerNorm
  let isPreNorm: Bool

  /// What the sub-layer reads: x (rows, D) itself, or its normalised copy in the workspace.
  func enter(
    _ x: UnsafeMutablePointer<Float>, rows: Int, workspace: TransformerWorkspace
  ) -> UnsafePointer<Float> {
    guard isPreNorm else { return UnsafePointer(x) }
    let normalised = workspace.normalised.reserve(rows * norm.scale.count)
    norm.apply(x, rows: rows, into: normalised)
    return UnsafePointer(normalised)
  }

  /// The same for a sub-layer that ends without a product: x goes on with its `states` (rows, D) themselves.
  func leave(
    _ x: UnsafeMutablePointer<Float>, adding output: Linear?, of states: UnsafePointer<Float>, rows: Int,
    workspace: TransformerWorkspace
  ) {
    if let output { return leave(x, adding: output, of: states, rows: rows, workspace: workspace) }
    ck_add(x, states, rows * norm.scale.count)
    if !isPreNorm { norm.apply(x, rows: rows, into: x) }
  }

  /// x (rows, D) goes on with the sub-layer's last product added: states · Wᵀ + b.
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
