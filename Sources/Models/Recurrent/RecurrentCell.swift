import CKernels
import Checkpoint
import Tensor

/// One cell of a recurrent layer: its products with the input and with its own state, and its gates.
struct RecurrentCell: Sendable {
  let kind: RecurrentConfiguration.Cell
  /// With every bias that adds up.
  let input: Linear  // X → G·H
  let hidden: Linear  // H → G·H, no bias
  /// Of a GRU's candidate: the state's, which the reset gate multiplies.
  let candidateBias: [Float]  // (H)

  var size: Int { hidden.inputs }  // H

  /// One step of some rows.
  /// - Parameters:
  ///   - products: (rows, G·H), the input's.
  ///   - h: (rows, H), overwritten.
  ///   - c: (rows, H), overwritten by an LSTM and otherwise left alone.
  func step(
    _ products: UnsafePointer<Float>, hidden h: UnsafeMutablePointer<Float>, cell c: UnsafeMutablePointer<Float>,
    rows: Int, workspace: RecurrentWorkspace
  ) {
    let own = workspace.recurrent.reserve(rows * hidden.outputs)  // (rows, G·H)
    hidden.multiply(h, rows: rows, into: own, scratch: workspace.linear)
    switch kind {
    case .rnn: ck_rnn_step(products, own, h, rows, size)
    case .gru: ck_gru_step(products, own, candidateBias, h, rows, size)
    case .lstm: ck_lstm_step(products, own, h, c, rows, size)
    }
  }
}
