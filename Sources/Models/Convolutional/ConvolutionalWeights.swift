import CKernels
import Tensor

/// The weights of a convolutional encoder-decoder (Gehring et al. 2017), in the form that its layers use.
struct ConvolutionalWeights: Sendable {
  let encoder: ConvolutionalStack<GatedConvolution>
  let decoder: ConvolutionalStack<AttendingConvolution>
  let output: OutputLayer  // E → V
  let targetVocabulary: Int
  let endToken: Int32
}

/// The encoder or the decoder: E → C, layers, C → E.
struct ConvolutionalStack<Layer: Sendable>: Sendable {
  let embedding: Embedding
  let projectIn: Linear  // E → C
  let layers: [Layer]
  let projectOut: Linear  // C → E
}

/// A convolution over W positions, followed by a gated linear unit.
struct GatedConvolution: Sendable {
  /// One product of a window's positions side by side: W·C → 2C.
  let product: Linear

  var channels: Int { product.outputs / 2 }  // C
  var width: Int { product.inputs / channels }  // W

  /// Applies the layer.
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

/// A layer of the decoder: its convolution reads the past, its attention the source.
struct AttendingConvolution: Sendable {
  let convolution: GatedConvolution
  let query: Linear  // C → E
  let out: Linear  // E → C
}

// MARK: Activations

/// The activations of one worker, reused by every batch and every step, grown to the largest seen.
final class ConvolutionalWorkspace {
  let embedded = FloatBuffer()  // (rows, E)
  let states = FloatBuffer()  // (rows, C)
  let windows = FloatBuffer()  // (rows, W·C)
  let gates = FloatBuffer()  // (rows, 2C)
  let gated = FloatBuffer()  // (rows, C)
  let query = FloatBuffer()  // (rows, E)
  let scores = FloatBuffer()  // (S)
  let biases = FloatBuffer()  // (S)
  let context = FloatBuffer()  // (rows, E)
  let projected = FloatBuffer()  // (rows, C), or (rows, E) after the last layer
  let linear = LinearScratch()

  /// Embeds tokens at their positions.
  /// - Returns: the vectors (rows, E), and the projected ones (rows, C).
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
