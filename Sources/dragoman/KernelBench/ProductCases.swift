import CKernels
import Tensor

/// Products with weights of one shape, by everyone who can compute them; the caller picks the instruction set.
struct ProductCases {
  let shape: ProductShape
  private let integers: Linear
  private let packed: Linear?
  private let blas: Linear
  private let input: FloatBuffer
  private let output: FloatBuffer
  private let scratch = LinearScratch()

  static let rows = [1, 8, 32, 64]
  static let packedName = "packed float32"
  static func name(_ set: InstructionSet) -> String { "int8 \(set.rawValue)" }

  init(_ shape: ProductShape) {
    self.shape = shape
    let (k, n) = (shape.inputs, shape.outputs)
    let matrix = Matrix(rows: n, columns: k) { SampleNumbers.fill($0, seed: 1) }
    let bias = [Float](repeating: 0, count: n)
    blas = Linear(weight: .float32(matrix), bias: bias)
    packed = PackedMatrix.isAvailable ? Linear(weight: .packed(PackedMatrix([matrix])), bias: bias) : nil
    integers = Linear(weight: .int8(Self.quantized(k, n)), bias: bias)
    let most = Self.rows.max() ?? 1
    input = SampleNumbers.buffer(most * k, seed: 2)
    output = SampleNumbers.buffer(most * n, seed: 3)
  }

  static func quantized(_ k: Int, _ n: Int) -> Int8Weight {
    let integers = SampleNumbers.integers(n * k, seed: 4)
    return Int8Weight(
      integers: integers, inputs: k, outputs: n, scales: Array(repeating: 0.01, count: n), activations: .perRow)
  }

  /// OpenBLAS: `sgemv` for few rows, `sgemm` for more.
  var openBLAS: [KernelCase] { Self.rows.map { item("openblas", blas, .fused, rows: $0, weightBytes: 4) } }

  var packedFloat: [KernelCase] {
    Self.rows.compactMap { rows in packed.map { item(Self.packedName, $0, .fused, rows: rows, weightBytes: 4) } }
  }

  /// Quantising the rows is part of it.
  func int8(_ set: InstructionSet) -> [KernelCase] {
    Self.rows.map { item(Self.name(set), integers, .int8, rows: $0, weightBytes: 1) }
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
