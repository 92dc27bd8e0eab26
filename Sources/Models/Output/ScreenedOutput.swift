import Checkpoint
import Foundation
import Tensor

/// A whole float32 output layer (D → V) that is also the table of word vectors, with a screen that finds the likeliest
/// tokens where nothing else is asked for. The layer itself is packed when a row first asks for more, as beams do: who
/// decodes greedily needs it never.
// @unchecked: `packed` is only touched under `lock`.
final class ScreenedOutput: @unchecked Sendable {
  let screen: OutputScreen
  private let rows: any FloatRows  // (V, D)
  private let bias: [Float]  // (V)
  private let lock = NSLock()
  private var packed: Linear?

  /// - Parameter table: the same table, to read single rows of.
  /// - Returns: nil where there are no kernels for it, or the weights are not all finite.
  init?(_ rows: any FloatRows, table: EmbeddingTable, bias: [Float]) {
    guard PackedMatrix.isAvailable, case .float32(let matrix) = table,
      let screen = OutputScreen(rows, weights: matrix, bias: bias)
    else { return nil }
    self.screen = screen
    self.rows = rows
    self.bias = bias
  }

  /// Any worker may be the first to ask.
  var layer: Linear {
    lock.withLock {
      if let packed { return packed }
      let layer = Linear(weight: Linear.weight([rows]), bias: bias)
      packed = layer
      return layer
    }
  }
}
