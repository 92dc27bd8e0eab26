import CKernels

/// Normalisation over the last axis: by mean and variance (Ba et al. 2016), or by the root mean square alone (Zhang and
/// Sennrich 2019).
package struct LayerNorm: Sendable {
  package let scale: [Float]  // (n)
  /// (n); nil divides by the root mean square, without mean and shift.
  package let shift: [Float]?
  package let epsilon: Float

  package init(scale: [Float], shift: [Float]?, epsilon: Float) {
    self.scale = scale
    self.shift = shift
    self.epsilon = epsilon
  }

  /// y (rows, n) = normalised x (rows, n) + bias (n). y can be x.
  package func apply(
    _ x: UnsafePointer<Float>, adding bias: [Float]? = nil, rows: Int, into y: UnsafeMutablePointer<Float>
  ) {
    guard let bias else { return apply(x, bias: nil, rows: rows, into: y) }
    bias.withUnsafeBufferPointer { apply(x, bias: $0.baseAddress, rows: rows, into: y) }
  }

  private func apply(
    _ x: UnsafePointer<Float>, bias: UnsafePointer<Float>?, rows: Int, into y: UnsafeMutablePointer<Float>
  ) {
    if let shift {
      ck_layer_norm(x, bias, scale, shift, epsilon, y, rows, scale.count)
    } else {
      ck_rms_norm(x, bias, scale, epsilon, y, rows, scale.count)
    }
  }
}
