import CKernels
import Tensor

/// Everything a convolutional encoder-decoder learned (Gehring et al. 2017), as its layers use it.
struct ConvolutionalWeights: Sendable {
  let encoder: ConvolutionalStack<GatedConvolution>
  let decoder: ConvolutionalStack<AttendingConvolution>
  let output: OutputLayer  // E → V
  let targetVocabulary: Int
  let endToken: Int32
}

/// One side: E → C, layers, C → E.
struct ConvolutionalStack<Layer: Sendable>: Sendable {
  let embedding: Embedding
  let projectIn: Linear  // E → C
  let layers: [Layer]
  let projectOut: Linear  // C → E
}

/// A convolution over W positions with a gated linear unit behind it.
struct GatedConvolution: Sendable {
  /// The positions of a window behind one another: W·C → 2C.
  let product: Linear

  var channels: Int { product.outputs / 2 }  // C
  var width: Int { product.inputs / channels }  // W

  /// - Parameters:
  ///   - windows: (rows, W·C)
  ///   - y: (rows, C)
  func apply(
    _ windows: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>,
    workspace: ConvolutionalWorkspace
  ) {
    let gates = workspace.gates.reserve(rows * product.outputs)  // (rows, 2C)
    product.multiply(windows, rows: rows, into: gates, scratch: workspace.linear)
    ck_gated_linear(gates, product.bias, y, rows, channels)
  }
}

/// A layer of the decoder: its convolution sees the past, its attention the source.
struct AttendingConvolution: Sendable {
  let convolution: GatedConvolution
  let query: Linear  // C → E
  let out: Linear  // E → C
}
