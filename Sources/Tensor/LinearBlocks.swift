import CKernels

/// Some outputs of a wide layer, for all rows, while they are in the cache.
package struct OutputBlock {
  package let outputs: Range<Int>
  let base: UnsafeMutablePointer<Float>  // (rows, stride)
  let stride: Int

  /// What was computed for a row (outputs.count); the caller may overwrite it.
  package func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * stride }
}

extension Linear {
  /// Outputs a block: 64 rows of them fit into a core's second-level cache.
  private static let block = 1024

  /// x (rows, k) · Wᵀ + b, a block of outputs after the other, for who needs no more than one at a time.
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
  /// it is needed, which takes longer than the product but no memory that stays.
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
      ck_packed_multiply(x, packed, rows, inputs, count, y, width, false)
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
