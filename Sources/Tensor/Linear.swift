import CKernels

/// y = x · Wᵀ + b; which kernel multiplies depends on how the weights are kept.
package struct Linear: Sendable {
  package enum Weight: Sendable {
    /// (n, k), as checkpoints of PyTorch keep it: one row an output. BLAS multiplies.
    case float32(Matrix)
    /// Our own kernels multiply.
    case packed(PackedMatrix)
    case int8(Int8Weight)
  }

  /// Matrices that one input meets, (outputs, inputs) each, as one product for the kernels that are fastest here.
  package static func weight(_ parts: [any FloatRows]) -> Weight {
    if PackedMatrix.isAvailable { return .packed(PackedMatrix(parts)) }
    return .float32(parts.count == 1 ? parts[0].matrix : Matrix(stacking: parts.map(\.matrix)))
  }

  package let weight: Weight
  package let bias: [Float]  // (n)

  package init(weight: Matrix, bias: [Float]) { self.init(weight: Self.weight([weight]), bias: bias) }

  package init(weight: Weight, bias: [Float]) {
    self.weight = weight
    self.bias = bias
  }

  package var inputs: Int {
    switch weight {
    case .float32(let matrix): matrix.columns
    case .packed(let matrix): matrix.columns
    case .int8(let integers): integers.inputs
    }
  }

  package var outputs: Int { bias.count }

  /// y (rows, n) = x (rows, k) · Wᵀ, or added to y; without the bias, which the kernel that follows adds.
  package func multiply(
    _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>, accumulate: Bool = false,
    scratch: LinearScratch
  ) {
    multiply(
      input(x, rows: rows, scratch: scratch), outputs: 0..<outputs, rows: rows, into: y, stride: outputs,
      accumulate: accumulate, scratch: scratch)
  }

  /// y (rows, n) = x (rows, k) · Wᵀ + b
  package func apply(
    _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>, scratch: LinearScratch
  ) {
    multiply(x, rows: rows, into: y, scratch: scratch)
    ck_add_bias(y, bias, rows, outputs)
  }

  /// y (rows, n) = f(x (rows, k) · Wᵀ + b)
  package func apply(
    _ x: UnsafePointer<Float>, rows: Int, activation: Activation, into y: UnsafeMutablePointer<Float>,
    scratch: LinearScratch
  ) {
    multiply(x, rows: rows, into: y, scratch: scratch)
    ck_add_bias_activate(y, bias, rows, outputs, activation.kernel)
  }
}
