import CKernels

/// Layer normalisation over the last axis (Ba et al. 2016).
package struct LayerNorm: Sendable {
  package let scale: [Float]  // (n)
  package let shift: [Float]  // (n)
  package let epsilon: Float

  package init(scale: [Float], shift: [Float], epsilon: Float) {
    self.scale = scale
    self.shift = shift
    self.epsilon = epsilon
  }

  /// y (rows, n) = normalised x (rows, n) + bias (n). y can be x.
  package func apply(
    _ x: UnsafePointer<Float>, adding bias: [Float]? = nil, rows: Int, into y: UnsafeMutablePointer<Float>
  ) {
    if let bias {
      ck_layer_norm(x, bias, scale, shift, epsilon, y, rows, scale.count)
    } else {
      ck_layer_norm(x, nil, scale, shift, epsilon, y, rows, scale.count)
    }
  }
}
