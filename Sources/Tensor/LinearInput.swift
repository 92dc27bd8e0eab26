import CKernels

/// A layer's input (rows, k) as its kernel reads it.
struct LinearInput {
  let floats: UnsafePointer<Float>
  /// Where the weights are in 8 bits.
  var bytes: UnsafePointer<UInt8>?
  /// (rows) where each row has its own.
  var rowScales: UnsafePointer<Float>?
}

extension Linear {
  func input(_ x: UnsafePointer<Float>, rows: Int, scratch: LinearScratch) -> LinearInput {
    guard case .int8(let integers) = weight else { return LinearInput(floats: x) }
    return integers.quantize(x, rows: rows, scratch: scratch)
  }

  /// y (rows, outputs), rows `stride` floats apart, = x · Wᵀ for some of the outputs, or added to y. `outputs` starts at
  /// a whole panel.
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

  /// BLAS is left to one thread a worker.
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
        input.floats, matrix.packed + outputs.lowerBound * inputs, rows, inputs, outputs.count, y, stride, accumulate)
    case .int8(let integers):
      integers.multiply(input, outputs: outputs, rows: rows, into: y, stride: stride, accumulate: accumulate)
    }
  }
}
