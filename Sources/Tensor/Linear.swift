import CKernels

/// y = x · Wᵀ + b, with W (n, k) as checkpoints keep it: one row an output.
package struct Linear: Sendable {
  package let weight: Matrix  // (n, k)
  package let bias: [Float]  // (n)

  package init(weight: Matrix, bias: [Float]) {
    self.weight = weight
    self.bias = bias
  }

  package var inputs: Int { weight.columns }
  package var outputs: Int { weight.rows }

  /// Below this many rows, matrix-vector products read the weights faster than OpenBLAS can pack them.
  private static let fewRows = 5

  /// A wide layer goes to OpenBLAS in pieces of so many outputs: what it packs then stays in the cache (17 % faster
  /// for 58,101 outputs).
  private static let block = 1024

  /// y (rows, n) = x (rows, k) · Wᵀ, or added to y; without the bias, which the kernel that follows adds.
  package func multiply(
    _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>, accumulate: Bool = false
  ) {
    let beta: Float = accumulate ? 1 : 0
    if rows < Self.fewRows {
      for row in 0..<rows {
        BLAS.multiplyVector(weight.base, x + row * inputs, y + row * outputs, n: outputs, k: inputs, beta: beta)
      }
    } else {
      let block = outputs > 4 * Self.block ? Self.block : outputs
      for start in stride(from: 0, to: outputs, by: block) {
        BLAS.multiplyTransposed(
          x, weight.row(start), y + start, m: rows, n: min(block, outputs - start), k: inputs, lda: inputs,
          ldb: inputs, ldc: outputs, beta: beta)
      }
    }
  }

  /// y (rows, n) = x (rows, k) · Wᵀ + b
  package func apply(_ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>) {
    multiply(x, rows: rows, into: y)
    ck_add_bias(y, bias, rows, outputs)
  }

  /// y (rows, n) = f(x (rows, k) · Wᵀ + b)
  package func apply(
    _ x: UnsafePointer<Float>, rows: Int, activation: Activation, into y: UnsafeMutablePointer<Float>
  ) {
    multiply(x, rows: rows, into: y)
    ck_add_bias_activate(y, bias, rows, outputs, activation.kernel)
  }
}
