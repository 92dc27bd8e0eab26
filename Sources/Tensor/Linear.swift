import CKernels

/// A linear layer, y = x · Wᵀ + b. The form of its weights decides which kernel multiplies.
package struct Linear: Sendable {
  package enum Weight: Sendable {
    /// (n, k), one row per output as in PyTorch. BLAS multiplies.
    case float32(Matrix)
    /// Packed for Dragoman's own float32 kernels.
    case packed(PackedMatrix)
    case int8(Int8Weight)
  }

  /// Joins matrices (outputs, inputs) that are multiplied with one input, for the kernels that are fastest here.
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

  /// y (rows, n) = x (rows, k) · Wᵀ, or added to y. The bias is left to the kernel that follows.
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

  /// y (rows, n/2) = f(a) ⊙ b, where [a ; b] (rows, n) = x (rows, k) · Wᵀ + b: a gated unit (Shazeer 2020).
  /// - Parameter product: room for (rows, n).
  package func applyGated(
    _ x: UnsafePointer<Float>, rows: Int, activation: Activation, product: UnsafeMutablePointer<Float>,
    into y: UnsafeMutablePointer<Float>, scratch: LinearScratch
  ) {
    multiply(x, rows: rows, into: product, scratch: scratch)
    ck_gated_activate(product, bias, y, rows, outputs / 2, activation.kernel)
  }
}

// MARK: Inputs

/// A layer's input (rows, k) in the form that its kernel reads.
struct LinearInput {
  let floats: UnsafePointer<Float>
  /// Quantised input; nil unless the weights are in 8 bits.
  var bytes: UnsafePointer<UInt8>?
  /// (rows) the value of a step in each row; nil if all rows share one.
  var rowScales: UnsafePointer<Float>?
  /// (rows) the integer that stands for zero in each row; nil if all rows have 128.
  var rowZeros: UnsafePointer<Int32>?
}

extension Linear {
  func input(_ x: UnsafePointer<Float>, rows: Int, scratch: LinearScratch) -> LinearInput {
    guard case .int8(let integers) = weight else { return LinearInput(floats: x) }
    return integers.quantize(x, rows: rows, scratch: scratch)
  }

  /// y (rows, outputs), rows `stride` floats apart, = x · Wᵀ for some of the outputs, or added to y. The range `outputs`
  /// starts at a multiple of the panel's width.
  func multiply(
    _ input: LinearInput, outputs: Range<Int>, rows: Int, into y: UnsafeMutablePointer<Float>, stride: Int,
    accumulate: Bool, scratch: LinearScratch
  ) {
    if scratch.hasTeam, isOurs,
      SharedProduct(
        linear: self, input: input, outputs: outputs, rows: rows, y: y, stride: stride, accumulate: accumulate
      ).run()
    {
      return
    }
    multiplyAlone(input, outputs: outputs, rows: rows, into: y, stride: stride, accumulate: accumulate)
  }

  /// Whether the product can be shared between threads: BLAS has one thread per worker.
  private var isOurs: Bool {
    if case .float32 = weight { false } else { true }
  }

  func multiplyAlone(
    _ input: LinearInput, outputs: Range<Int>, rows: Int, into y: UnsafeMutablePointer<Float>, stride: Int,
    accumulate: Bool
  ) {
    switch weight {
    case .float32(let matrix):
      FloatProduct.multiply(
        input.floats, matrix, outputs: outputs, rows: rows, into: y, stride: stride, accumulate: accumulate)
    case .packed(let matrix):
      ck_packed_multiply(
        matrix.set.kernels, input.floats, matrix.packed + outputs.lowerBound * inputs, rows, inputs, outputs.count, y,
        stride, accumulate)
    case .int8(let integers):
      integers.multiply(input, outputs: outputs, rows: rows, into: y, stride: stride, accumulate: accumulate)
    }
  }
}

// MARK: Blocks of outputs

/// Some outputs of a wide layer, for all rows, while they are in the processor's cache.
package struct OutputBlock {
  package let outputs: Range<Int>
  let base: UnsafeMutablePointer<Float>  // (rows, stride)
  let stride: Int

  /// The outputs of a row (outputs.count), which the caller can overwrite.
  package func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * stride }
}

extension Linear {
  /// Outputs per block: 64 rows of them fit into a core's second-level cache.
  private static let block = 1024

  /// x (rows, k) · Wᵀ + b, one block of outputs after the other.
  package func forEachBlock(
    _ x: UnsafePointer<Float>, rows: Int, scratch: LinearScratch, _ body: (OutputBlock) -> Void
  ) {
    forEachBlock(input(x, rows: rows, scratch: scratch), rows: rows, scratch: scratch, body)
  }

  func forEachBlock(
    _ input: LinearInput, rows: Int, scratch: LinearScratch, _ body: (OutputBlock) -> Void
  ) {
    guard outputs > 0 else { return }
    let width = min(Self.block, outputs)
    let y = scratch.block.reserve(rows * width)
    for first in Swift.stride(from: 0, to: outputs, by: width) {
      let block = OutputBlock(outputs: first..<min(first + width, outputs), base: y, stride: width)
      multiply(
        input, outputs: block.outputs, rows: rows, into: y, stride: width, accumulate: false,
        scratch: scratch)
      Self.add(bias, to: block, rows: rows)
      body(block)
    }
  }

  /// x (rows, k) · Wᵀ + b, block after block, with the bits of packed weights. Each block of the weights is packed when
  /// it is needed: this takes longer than the product, but no lasting memory.
  package static func forEachBlock(
    _ x: UnsafePointer<Float>, packing weights: Matrix, bias: [Float], rows: Int, scratch: LinearScratch,
    _ body: (OutputBlock) -> Void
  ) {
    let (inputs, width) = (weights.columns, min(Self.block, weights.rows))
    guard width > 0 else { return }
    let y = scratch.block.reserve(rows * width)
    let packed = scratch.packed.reserve(ck_packed_size(inputs, width))
    for first in Swift.stride(from: 0, to: weights.rows, by: width) {
      let block = OutputBlock(outputs: first..<min(first + width, weights.rows), base: y, stride: width)
      let count = block.outputs.count
      if count % Int(CK_PANEL) != 0 { packed.update(repeating: 0, count: ck_packed_size(inputs, count)) }
      ck_pack(weights.row(first), inputs, 0, count, packed)
      ck_packed_multiply(ck_current_instruction_set(), x, packed, rows, inputs, count, y, width, false)
      add(bias, to: block, rows: rows)
      body(block)
    }
  }

  private static func add(_ bias: [Float], to block: OutputBlock, rows: Int) {
    bias.withUnsafeBufferPointer { bias in
      guard let base = bias.baseAddress else { return }
      for row in 0..<rows { ck_add_bias(block.row(row), base + block.outputs.lowerBound, 1, block.outputs.count) }
    }
  }
}

// MARK: Products on several cores

/// A product cut into parts of its outputs, for several threads.
private struct SharedProduct {
  let linear: Linear
  let input: LinearInput
  let outputs: Range<Int>
  let rows: Int
  let y: UnsafeMutablePointer<Float>
  let stride: Int
  let accumulate: Bool

  /// Multiply-adds below which handing over costs more than it gains.
  private static let worthwhile = 100_000
  /// Number of parts: more than threads, so that a late thread takes fewer.
  private static let parts = 4

  /// Outputs per part: whole panels.
  private var width: Int {
    let panels = (outputs.count + Int(CK_PANEL) - 1) / Int(CK_PANEL)
    return (panels + Self.parts - 1) / Self.parts * Int(CK_PANEL)
  }

  /// Computes the product with the team's threads.
  /// - Returns: false if it is too small; the caller then computes it alone.
  func run() -> Bool {
    guard rows * outputs.count * linear.inputs >= Self.worthwhile else { return false }
    let parts = (outputs.count + width - 1) / width
    withUnsafePointer(to: self) { product in
      ck_team_run(
        { context, part in context?.assumingMemoryBound(to: SharedProduct.self).pointee.run(part: part) },
        UnsafeMutableRawPointer(mutating: product), UInt16(parts))
    }
    return true
  }

  private func run(part: Int) {
    let first = outputs.lowerBound + part * width
    linear.multiplyAlone(
      input, outputs: first..<min(first + width, outputs.upperBound), rows: rows, into: y + part * width,
      stride: stride, accumulate: accumulate)
  }
}

// MARK: Scratch memory

/// A worker's scratch memory for linear layers: quantised activations, and a block of outputs.
package final class LinearScratch {
  private let storage = FloatBuffer()
  private let steps = FloatBuffer()  // (rows) scales, (rows) integers for zero
  let block = FloatBuffer()  // (rows, block) of a wide layer
  let packed = FloatBuffer()  // (block, k) weights packed for one product

  /// Whether the process's other cores currently work for this worker.
  var hasTeam = false

  package init() {}

  func bytes(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(storage.reserve((count + 3) / 4)).assumingMemoryBound(to: UInt8.self)
  }

  func steps(rows: Int) -> (scales: UnsafeMutablePointer<Float>, zeros: UnsafeMutablePointer<Int32>) {
    let scales = steps.reserve(2 * rows)
    return (scales, UnsafeMutableRawPointer(scales + rows).assumingMemoryBound(to: Int32.self))
  }
}

// MARK: Activations

/// The non-linearity of a feed-forward layer.
package enum Activation: String, Sendable {
  case relu
  /// x · sigmoid(x), also called SiLU (Elfwing et al. 2017).
  case swish
  /// x · Φ(x), by the error function (Hendrycks and Gimpel 2016).
  case gelu
  /// The tanh approximation of `gelu` from the same paper.
  case geluTanh
  /// The sigmoid approximation of `gelu` from the same paper, which is Marian's "gelu".
  case geluSigmoid
  case tanh
  case sigmoid

  var kernel: ck_activation {
    switch self {
    case .relu: CK_RELU
    case .swish: CK_SWISH
    case .gelu: CK_GELU
    case .geluTanh: CK_GELU_TANH
    case .geluSigmoid: CK_GELU_SIGMOID
    case .tanh: CK_TANH
    case .sigmoid: CK_SIGMOID
    }
  }
}
