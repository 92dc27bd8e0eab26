import Tensor

/// All weights that a step of OPUS-MT's decoder reads, one product after another: no cache holds them from one step to
/// the next, as it does a single small matrix.
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
