import CKernels

/// A copy in 8 bits of a wide float32 layer's weights, which finds the greatest outputs without reading the whole layer.
///
/// Products in 8 bits bound every output from above and below. The few outputs that can be among the greatest are then
/// computed in float32, with the bits of the layer itself. This reads a quarter of the bytes.
// @unchecked: `bounds` is written in the initializer alone.
package final class OutputScreen: @unchecked Sendable {
  /// The 8-bit layer, with the bias.
  private let integers: Linear
  private let weights: Matrix  // (n, k)
  private let bounds: [ck_screen_bound]  // (n / 64)

  /// - Parameters:
  ///   - rows: the layer's weights (n, k), read block by block.
  ///   - weights: the same weights in memory, for single rows.
  /// - Returns: nil if some weights are not finite.
  package init?(_ rows: any FloatRows, weights: Matrix, bias: [Float]) {
    let quantized = Int8Weight(quantizing: [rows])
    guard quantized.scales.allSatisfy(\.isFinite) else { return nil }
    integers = Linear(weight: .int8(quantized), bias: bias)
    self.weights = weights
    bounds = Self.bounds(rows, scales: quantized.scales)
  }

  private static func bounds(_ rows: any FloatRows, scales: [Float]) -> [ck_screen_bound] {
    let panel = Int(CK_PANEL)
    let empty = ck_screen_bound(weight: 0, input: 0)
    var bounds = [ck_screen_bound](repeating: empty, count: (rows.rows + panel - 1) / panel)
    bounds.withUnsafeMutableBufferPointer { bounds in
      guard let base = bounds.baseAddress else { return }
      // Blocks are of whole panels, and write to different places.
      nonisolated(unsafe) let destination = base
      [rows].forEachBlock { weights, first, count in
        scales.withUnsafeBufferPointer { scales in
          guard let scales = scales.baseAddress else { return }
          ck_screen_bounds(weights, scales + first, rows.columns, count, destination + first / panel)
        }
      }
    }
    return bounds
  }

  /// Searches all outputs of x (rows, k).
  /// - Parameters:
  ///   - best: number of greatest outputs per row.
  ///   - adjust: can lower outputs of a row, such as forbidden tokens, before they are searched.
  package func search(
    _ x: UnsafePointer<Float>, best: [Int], state: ScreenState, scratch: LinearScratch,
    adjust: (_ row: Int, OutputBlock) -> Void
  ) {
    let input = integers.input(x, rows: best.count, scratch: scratch)
    state.begin(best)
    for row in best.indices {
      guard let bytes = input.bytes, let scales = input.rowScales, let zeros = input.rowZeros else { return }
      ck_screen_measure(
        x + row * weights.columns, bytes + row * ck_int8_padded_inputs(weights.columns), scales[row], zeros[row],
        weights.columns, state.rows + row)
    }
    integers.forEachBlock(input, rows: best.count, scratch: scratch) { block in
      bounds.withUnsafeBufferPointer { bounds in
        guard let base = bounds.baseAddress else { return }
        for row in best.indices {
          adjust(row, block)
          ck_screen(
            block.row(row), block.outputs.count, Int32(block.outputs.lowerBound),
            base + block.outputs.lowerBound / Int(CK_PANEL), state.rows + row)
        }
      }
    }
  }

  /// The outputs that can be among the greatest of a row, in float32 and ascending order; nil if they are too many.
  package func exact(
    _ row: Int, _ x: UnsafePointer<Float>, state: ScreenState
  ) -> UnsafeMutableBufferPointer<ck_entry>? {
    let found = state.rows + row
    guard !found.pointee.overflowed else { return nil }
    ck_screen_settle(found)
    ck_exact_outputs(
      ck_current_instruction_set(), x + row * weights.columns, weights.base, integers.bias, weights.columns,
      found.pointee.count, found.pointee.found)
    return UnsafeMutableBufferPointer(start: found.pointee.found, count: found.pointee.count)
  }

  /// Computes some outputs of x (k), in float32.
  /// - Parameters:
  ///   - outputs: those that the layer lacks are left out.
  ///   - values: (outputs.count)
  package func outputs(_ outputs: [Int], _ x: UnsafePointer<Float>, into values: UnsafeMutablePointer<Float>) {
    // The kernel computes several side by side, and takes as long for one.
    var entries = outputs.filter { 0..<weights.rows ~= $0 }.map { ck_entry(value: 0, index: Int32($0)) }
    ck_exact_outputs(
      ck_current_instruction_set(), x, weights.base, integers.bias, weights.columns, entries.count, &entries)
    var next = 0
    for (index, output) in outputs.enumerated() where 0..<weights.rows ~= output {
      values[index] = entries[next].value
      next += 1
    }
  }
}

/// A worker's scratch memory for searching an `OutputScreen`.
package final class ScreenState {
  /// Outputs listed per row. If more can be the greatest, all outputs are computed.
  private static let room = 512

  private(set) var rows = UnsafeMutablePointer<ck_screen_row>.allocate(capacity: 0)
  private var found = UnsafeMutablePointer<ck_entry>.allocate(capacity: 0)  // (rows, room)
  private let lowest = FloatBuffer()  // (rows, best)
  private var capacity = 0

  package init() {}

  deinit {
    rows.deallocate()
    found.deallocate()
  }

  fileprivate func begin(_ best: [Int]) {
    reserve(best.count)
    let stride = best.max() ?? 0
    lowest.reserve(best.count * stride).update(repeating: -.infinity, count: best.count * stride)
    for (row, count) in best.enumerated() {
      rows[row] = ck_screen_row(
        best: count, size: 0, error: 0, lowest: lowest.base + row * stride, found: found + row * Self.room, count: 0,
        room: Self.room, overflowed: false)
    }
  }

  private func reserve(_ count: Int) {
    guard count > capacity else { return }
    rows.deallocate()
    found.deallocate()
    rows = .allocate(capacity: count)
    found = .allocate(capacity: count * Self.room)
    capacity = count
  }
}
