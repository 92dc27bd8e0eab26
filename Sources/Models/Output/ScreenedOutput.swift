import Checkpoint
import Foundation
import Tensor

/// A whole float32 output layer (D → V) that is also the table of word vectors, with a screen that finds the likeliest
/// tokens if nothing else is asked for.
///
/// The layer itself is packed beside the workers when a row first asks for more, as beams and scores do: greedy
/// decoding never needs it. Until it is there, its products have the same bits and take longer.
// @unchecked: `packed` and `isPacking` are only touched under `lock`.
final class ScreenedOutput: @unchecked Sendable {
  let screen: OutputScreen
  private let table: Matrix  // (V, D)
  private let bias: [Float]  // (V)
  private let lock = NSLock()
  private var packed: Linear?
  private var isPacking = false

  /// - Returns: nil if the processor has no kernels for it, or the weights are not all finite.
  init?(_ table: Matrix, bias: [Float]) {
    guard PackedMatrix.isAvailable, let screen = OutputScreen(table, weights: table, bias: bias) else { return nil }
    self.screen = screen
    self.table = table
    self.bias = bias
  }

  /// The packed layer; nil while it is being packed, which the first call starts. Any worker may call it.
  var layer: Linear? {
    lock.withLock {
      if packed == nil, !isPacking {
        isPacking = true
        DispatchQueue.global(qos: .utility).async(execute: pack)
      }
      return packed
    }
  }

  private func pack() {
    let layer = Linear(weight: Linear.weight([table]), bias: bias)
    lock.withLock { packed = layer }
  }

  /// x (rows, D) · Wᵀ + b, a block of outputs after the other.
  func forEachBlock(
    _ x: UnsafePointer<Float>, rows: Int, scratch: LinearScratch, _ body: (OutputBlock) -> Void
  ) {
    if let layer {
      layer.forEachBlock(x, rows: rows, scratch: scratch, body)
    } else {
      Linear.forEachBlock(x, packing: table, bias: bias, rows: rows, scratch: scratch, body)
    }
  }
}
