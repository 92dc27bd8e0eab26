import CKernels
import Tensor

/// Cases of products with weights of one shape, by each kernel that can compute them. The caller picks the instruction
/// set before it makes them.
struct ProductCases {
  let shape: ProductShape
  private let integers: Linear
  private let packed: Linear
  private let blas: Linear
  private let input: FloatBuffer
  private let output: FloatBuffer
  private let scratch = LinearScratch()

  static let rows = [1, 8, 32, 64]
  static func floatName(_ set: InstructionSet) -> String { "float32 \(set.rawValue)" }
  static func int8Name(_ set: InstructionSet) -> String { "int8 \(set.rawValue)" }

  init(_ shape: ProductShape) {
    self.shape = shape
    let (k, n) = (shape.inputs, shape.outputs)
    let matrix = Matrix(rows: n, columns: k) { SampleNumbers.fill($0, seed: 1) }
    let bias = [Float](repeating: 0, count: n)
    blas = Linear(weight: .float32(matrix), bias: bias)
    packed = Linear(weight: .packed(PackedMatrix([matrix])), bias: bias)
    integers = Linear(weight: .int8(Self.quantized(k, n)), bias: bias)
    let most = Self.rows.max() ?? 1
    input = SampleNumbers.buffer(most * k, seed: 2)
    output = SampleNumbers.buffer(most * n, seed: 3)
  }

  static func quantized(_ k: Int, _ n: Int) -> Int8Weight {
    Int8Weight(quantizing: [Matrix(rows: n, columns: k) { SampleNumbers.weights($0, seed: 4) }])
  }

  /// Products by OpenBLAS: `sgemv` for few rows, `sgemm` for more.
  var openBLAS: [KernelCase] { Self.rows.map { item("openblas", blas, .fused, rows: $0, weightBytes: 4) } }

  func packedFloat(_ set: InstructionSet) -> [KernelCase] {
    Self.rows.map { item(Self.floatName(set), packed, .fused, rows: $0, weightBytes: 4) }
  }

  /// Products in 8 bits, quantisation of the rows included.
  func int8(_ set: InstructionSet) -> [KernelCase] {
    Self.rows.map { item(Self.int8Name(set), integers, .int8, rows: $0, weightBytes: 1) }
  }

  private func item(
    _ kernel: String, _ linear: Linear, _ arithmetic: KernelWork.Arithmetic, rows: Int, weightBytes: Int
  ) -> KernelCase {
    KernelCase(
      kernel: kernel, shape: shape.text, rows: rows,
      work: .product(arithmetic, rows: rows, shape, weightBytes: weightBytes)
    ) { [input, output, scratch] in
      linear.multiply(input.base, rows: rows, into: output.base, scratch: scratch)
    }
  }
}

/// Cases of all products of a step of OPUS-MT's decoder, one after another. Unlike a single small matrix, no cache
/// holds these weights from one step to the next.
struct DecoderCases {
  private static let shapes =
    (0..<6).flatMap { _ in
      [(512, 1536), (512, 512), (512, 512), (512, 512), (512, 2048), (2048, 512)].map(ProductShape.init)
    } + [ProductShape(inputs: 512, outputs: 58101)]

  private let layers: [Linear]
  private let arithmetic: KernelWork.Arithmetic
  private let weightBytes: Int
  private let scratch = LinearScratch()
  private let input: FloatBuffer
  private let output: FloatBuffer

  private init(_ arithmetic: KernelWork.Arithmetic, weightBytes: Int, _ weight: (ProductShape) -> Linear.Weight) {
    self.arithmetic = arithmetic
    self.weightBytes = weightBytes
    layers = Self.shapes.map { Linear(weight: weight($0), bias: Array(repeating: 0, count: $0.outputs)) }
    let rows = ProductCases.rows.max() ?? 1
    input = SampleNumbers.buffer(rows * 2048, seed: 5)
    output = SampleNumbers.buffer(rows * 58101, seed: 6)
  }

  static func packedFloat() -> DecoderCases {
    DecoderCases(.fused, weightBytes: 4) { shape in
      .packed(PackedMatrix([Matrix(rows: shape.outputs, columns: shape.inputs) { SampleNumbers.fill($0, seed: 7) }]))
    }
  }

  static func int8() -> DecoderCases {
    DecoderCases(.int8, weightBytes: 1) { .int8(ProductCases.quantized($0.inputs, $0.outputs)) }
  }

  func cases(_ kernel: String) -> [KernelCase] {
    ProductCases.rows.map { rows in
      let none = KernelWork(arithmetic: arithmetic, operations: 0, bytes: 0)
      let work = Self.shapes.reduce(none) {
        $0 + .product(arithmetic, rows: rows, $1, weightBytes: weightBytes)
      }
      return KernelCase(kernel: kernel, shape: "decoder", rows: rows, work: work) {
        for layer in layers { layer.multiply(input.base, rows: rows, into: output.base, scratch: scratch) }
      }
    }
  }
}
