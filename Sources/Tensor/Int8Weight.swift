import CKernels

/// Weights of a linear layer in 8 bits, packed for the kernels: w ≈ integer · column scale.
// @unchecked: the packed bytes are written in the initializer alone.
package final class Int8Weight: @unchecked Sendable {
  /// How activations become integers.
  package enum Activations: Sendable, Equatable {
    /// By one factor found when the model was quantised; what lies beyond ±127 is cut (Marian's "alpha").
    case fixed(Float)
    /// By each row's own greatest value.
    case perRow
  }

  package let inputs: Int
  package let outputs: Int
  package let activations: Activations
  let packed: UnsafeMutablePointer<Int8>  // [n/64][k/4][64][4]
  let sums: [Int32]  // (n)
  let scales: [Float]  // (n) per output; a fixed activation factor is divided out already

  /// - Parameter integers: (n, k) row-major, or the table that `rows` picks n rows from.
  /// - Parameter scales: (n) what one step of each output's integers is worth.
  package init(
    integers: UnsafePointer<Int8>, rows: [Int32]? = nil, inputs: Int, outputs: Int, scales: [Float],
    activations: Activations
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.activations = activations
    packed = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, ck_int8_packed_size(inputs, outputs)), alignment: FloatBuffer.alignment
    ).assumingMemoryBound(to: Int8.self)
    var sums = [Int32](repeating: 0, count: outputs)
    if let rows {
      ck_int8_pack(integers, rows, inputs, outputs, packed, &sums)
    } else {
      ck_int8_pack(integers, nil, inputs, outputs, packed, &sums)
    }
    self.sums = sums
    if case .fixed(let alpha) = activations {
      self.scales = scales.map { $0 / alpha }
    } else {
      self.scales = scales
    }
  }

  deinit { packed.deallocate() }

  package var bytes: Int { ck_int8_packed_size(inputs, outputs) + 8 * outputs }

  func quantize(_ x: UnsafePointer<Float>, rows: Int, scratch: LinearScratch) -> LinearInput {
    let bytes = scratch.bytes(rows * ck_int8_padded_inputs(inputs))
    switch activations {
    case .fixed(let alpha):
      ck_quantize(x, rows, inputs, alpha, bytes)
      return LinearInput(floats: x, bytes: bytes)
    case .perRow:
      let rowScales = scratch.rowScales.reserve(rows)
      ck_quantize_rows(x, rows, inputs, bytes, rowScales)
      return LinearInput(floats: x, bytes: bytes, rowScales: rowScales)
    }
  }

  /// See `Linear.multiply(_:outputs:…)`.
  func multiply(
    _ input: LinearInput, outputs range: Range<Int>, rows: Int, into y: UnsafeMutablePointer<Float>, stride: Int,
    accumulate: Bool
  ) {
    let first = range.lowerBound
    sums.withUnsafeBufferPointer { sums in
      scales.withUnsafeBufferPointer { scales in
        guard let bytes = input.bytes, let sums = sums.baseAddress, let scales = scales.baseAddress else { return }
        ck_int8_multiply(
          bytes, packed + first * ck_int8_padded_inputs(inputs), sums + first, rows, inputs, range.count,
          input.rowScales, scales + first, y, stride, accumulate)
      }
    }
  }
}

/// A worker's room for quantised activations and a block of outputs.
package final class LinearScratch {
  private let storage = FloatBuffer()
  let rowScales = FloatBuffer()  // (rows)
  let block = FloatBuffer()  // (rows, block) of a wide layer

  package init() {}

  func bytes(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(storage.reserve((count + 3) / 4)).assumingMemoryBound(to: UInt8.self)
  }
}
