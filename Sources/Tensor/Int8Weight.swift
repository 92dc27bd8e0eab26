import CKernels

/// The weights of a linear layer in 8 bits, packed for the kernels: w ≈ integer · scale of the output.
// @unchecked: the packed bytes are written in the initializer alone.
package final class Int8Weight: @unchecked Sendable {
  /// The rule by which activations become integers.
  package enum Activations: Sendable, Equatable {
    /// Multiplied by one factor from the model (Marian's "alpha") and cut at ±127. With 7 bits, each row has a step of
    /// its own all the same: it is finer than twice the model's.
    case fixed(Float)
    /// Scaled by the greatest values of each row.
    case perRow
  }

  package let inputs: Int
  package let outputs: Int
  package let activations: Activations
  private let set: InstructionSet
  let packed: UnsafeMutablePointer<Int8>  // [n/64][k/4][64][4], or the order of `set`
  private let memory: WeightMemory
  /// (n/64, pairs of groups) marks the products that 16 bits cannot always hold, if the kernel sums products in 16 bits.
  private let tight: [UInt8]?
  let sums: [Int32]  // (n)
  /// (n) value of one step of each output's integers, divided by a fixed activation factor.
  package let scales: [Float]

  private init(
    memory: WeightMemory, inputs: Int, outputs: Int, sums: [Int32], scales: [Float], activations: Activations,
    set: InstructionSet
  ) {
    self.set = set
    self.inputs = inputs
    self.outputs = outputs
    self.memory = memory
    packed = Self.integers(memory)
    self.sums = sums
    self.scales = scales
    self.activations = activations
    tight = set.activationBits == 7 ? Self.tight(packed, inputs: inputs, outputs: outputs) : nil
  }

  private static func tight(_ packed: UnsafePointer<Int8>, inputs: Int, outputs: Int) -> [UInt8] {
    let panels = (outputs + Int(CK_PANEL) - 1) / Int(CK_PANEL)
    return [UInt8](unsafeUninitializedCapacity: panels * ck_int8_pairs(inputs)) { marks, count in
      guard let base = marks.baseAddress else { return }
      ck_int8_mark_tight(packed, inputs, outputs, base)
      count = marks.count
    }
  }

  /// Packs 8-bit integers.
  /// - Parameters:
  ///   - integers: (n, k) row-major, or the table that `rows` picks n rows from.
  ///   - scales: (n) value of one step of each output's integers.
  package convenience init(
    integers: UnsafePointer<Int8>, rows: [Int32]? = nil, inputs: Int, outputs: Int, scales: [Float],
    activations: Activations, set: InstructionSet = .current
  ) {
    let memory = Self.allocate(inputs: inputs, outputs: outputs, isLasting: rows == nil)
    let packed = Self.integers(memory)
    var sums = [Int32](repeating: 0, count: outputs)
    if let rows {
      ck_int8_pack(set.kernels, integers, rows, inputs, 0, outputs, packed, &sums)
    } else {
      ck_int8_pack(set.kernels, integers, nil, inputs, 0, outputs, packed, &sums)
    }
    let factor: Float = if case .fixed(let alpha) = activations { alpha } else { 1 }
    self.init(
      memory: memory, inputs: inputs, outputs: outputs, sums: sums, scales: scales.map { $0 / factor },
      activations: activations, set: set)
  }

  /// Packs matrices (outputs, inputs) of 8-bit integers, stacked, which are read block by block.
  /// - Parameters:
  ///   - outputs: number per matrix.
  ///   - scales: (n) value of one step of each output's integers.
  ///   - read: copies some rows of a matrix to memory of their size.
  package convenience init(
    stacking outputs: [Int], inputs: Int, scales: [Float], set: InstructionSet = .current,
    read: (_ part: Int, _ rows: Range<Int>, _ destination: UnsafeMutablePointer<Int8>) throws -> Void
  ) rethrows {
    let total = outputs.reduce(0, +)
    let memory = Self.allocate(inputs: inputs, outputs: total, isLasting: true)
    let packed = Self.integers(memory)
    var sums = [Int32](repeating: 0, count: total)
    let block = max(1, Self.readBytes / inputs)
    let integers = UnsafeMutablePointer<Int8>.allocate(capacity: block * inputs)  // (block, k)
    defer { integers.deallocate() }
    var first = 0
    for (part, count) in outputs.enumerated() {
      for start in stride(from: 0, to: count, by: block) {
        let rows = start..<min(start + block, count)
        try read(part, rows, integers)
        sums.withUnsafeMutableBufferPointer { sums in
          guard let sums = sums.baseAddress else { return }
          ck_int8_pack(set.kernels, integers, nil, inputs, first + start, rows.count, packed, sums + first + start)
        }
      }
      first += count
    }
    self.init(
      memory: memory, inputs: inputs, outputs: total, sums: sums, scales: scales, activations: .perRow, set: set)
  }

  /// Bytes that are read and packed at a time.
  private static let readBytes = 1 << 20

  /// Quantises matrices (outputs, inputs), stacked, with steps of 1/127 of each output's greatest weight, or what the set
  /// has instead. An output with a weight that is not finite gets a scale that is not finite.
  package convenience init(quantizing parts: [any FloatRows], set: InstructionSet = .current) {
    let (inputs, outputs) = (parts.columns, parts.rows)
    let memory = Self.allocate(inputs: inputs, outputs: outputs, isLasting: true)
    let packed = Self.integers(memory)
    var sums = [Int32](repeating: 0, count: outputs)
    var scales = [Float](repeating: 0, count: outputs)
    sums.withUnsafeMutableBufferPointer { sums in
      scales.withUnsafeMutableBufferPointer {
        Self.quantize(parts, set: set.kernels, packed: packed, sums: sums, scales: $0)
      }
    }
    self.init(
      memory: memory, inputs: inputs, outputs: outputs, sums: sums, scales: scales, activations: .perRow, set: set)
  }

  private static func quantize(
    _ parts: [any FloatRows], set: ck_instruction_set, packed: UnsafeMutablePointer<Int8>,
    sums sumBuffer: UnsafeMutableBufferPointer<Int32>, scales scaleBuffer: UnsafeMutableBufferPointer<Float>
  ) {
    guard let firstSum = sumBuffer.baseAddress, let firstScale = scaleBuffer.baseAddress else { return }
    let inputs = parts.columns
    // Blocks are written to different places.
    nonisolated(unsafe) let (packed, sums, scales) = (packed, firstSum, firstScale)
    parts.forEachBlock { rows, first, count in
      let integers = UnsafeMutablePointer<Int8>.allocate(capacity: count * inputs)  // (count, k)
      defer { integers.deallocate() }
      ck_int8_quantize_weights(rows, inputs, count, ck_weight_levels(set), integers, scales + first)
      ck_int8_pack(set, integers, nil, inputs, first, count, packed, sums + first)
    }
  }

  /// Some outputs of another layer.
  package convenience init(choosing rows: [Int32], of whole: Int8Weight) {
    let memory = Self.allocate(inputs: whole.inputs, outputs: rows.count, isLasting: false)
    ck_int8_choose(whole.set.kernels, whole.packed, rows, whole.inputs, rows.count, Self.integers(memory))
    self.init(
      memory: memory, inputs: whole.inputs, outputs: rows.count, sums: rows.map { whole.sums[Int($0)] },
      scales: rows.map { whole.scales[Int($0)] }, activations: whole.activations, set: whole.set)
  }

  /// With zeros behind the last output of the last panel.
  private static func allocate(inputs: Int, outputs: Int, isLasting: Bool) -> WeightMemory {
    let count = ck_int8_packed_size(inputs, outputs)
    let memory = WeightMemory(bytes: count, isLasting: isLasting)
    let tail = min(count, Int(CK_PANEL) * ck_int8_padded_inputs(inputs))
    (integers(memory) + count - tail).update(repeating: 0, count: tail)
    return memory
  }

  private static func integers(_ memory: WeightMemory) -> UnsafeMutablePointer<Int8> {
    memory.base.assumingMemoryBound(to: Int8.self)
  }

  /// y (k) = weights of one output · scale + position (k), for a layer that is also a table of vectors. Not for layers
  /// with a fixed activation factor.
  package func embed(
    _ output: Int, scale: Float, position: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) {
    ck_int8_embed(set.kernels, packed, inputs, output, scale * scales[output], position, y)
  }

  func quantize(_ x: UnsafePointer<Float>, rows: Int, scratch: LinearScratch) -> LinearInput {
    let bytes = scratch.bytes(rows * ck_int8_padded_inputs(inputs))
    if case .fixed(let alpha) = activations, set.activationBits == 8 {
      ck_quantize(x, rows, inputs, alpha, bytes)
      return LinearInput(floats: x, bytes: bytes)
    }
    let (rowScales, rowZeros) = scratch.steps(rows: rows)
    ck_quantize_rows(x, rows, inputs, Int32(set.activationBits), bytes, rowScales, rowZeros)
    if case .fixed(let alpha) = activations { ck_scale(rowScales, alpha, rows) }
    return LinearInput(floats: x, bytes: bytes, rowScales: rowScales, rowZeros: rowZeros)
  }

  /// Multiplies as `Linear.multiply(_:outputs:…)` does.
  func multiply(
    _ input: LinearInput, outputs range: Range<Int>, rows: Int, into y: UnsafeMutablePointer<Float>, stride: Int,
    accumulate: Bool
  ) {
    let first = range.lowerBound
    let marks = first / Int(CK_PANEL) * ck_int8_pairs(inputs)
    sums.withUnsafeBufferPointer { sums in
      scales.withUnsafeBufferPointer { scales in
        tight.withOptionalPointer { tight in
          guard let bytes = input.bytes, let sums = sums.baseAddress, let scales = scales.baseAddress else { return }
          var x = ck_int8_rows(q: bytes, scales: input.rowScales, zeros: input.rowZeros)
          var w = ck_int8_outputs(
            packed: packed + first * ck_int8_padded_inputs(inputs), tight: tight.map { $0 + marks },
            sums: sums + first, scales: scales + first)
          ck_int8_multiply(set.kernels, &x, &w, rows, inputs, range.count, y, stride, accumulate)
        }
      }
    }
  }
}

extension [UInt8]? {
  /// Calls `body` with the bytes, or with nil if there are none.
  fileprivate func withOptionalPointer(_ body: (UnsafePointer<UInt8>?) -> Void) {
    guard let self else { return body(nil) }
    self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}

// MARK: Tables

/// An immutable table (rows, columns) in 8 bits with one step size: value = integer · step.
// @unchecked: nothing writes through `base`.
package struct Int8Table: @unchecked Sendable {
  package let base: UnsafePointer<Int8>
  package let rows: Int
  package let columns: Int
  package let step: Float
  private let owner: AnyObject

  /// - Parameter owner: the object that frees the memory of `base`; held as long as the table.
  package init(viewing base: UnsafePointer<Int8>, rows: Int, columns: Int, step: Float, owner: AnyObject) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.step = step
    self.owner = owner
  }

  package func row(_ index: Int) -> UnsafePointer<Int8> { base + index * columns }
}
