import CKernels
import Checkpoint
import Tensor

/// The weights of a recurrent encoder-decoder, in the form that its layers use.
///
/// The architectures are those of Sutskever et al. (2014), and with attention Bahdanau et al. (2015) and Luong et al.
/// (2015).
struct RecurrentWeights: Sendable {
  let encoder: RecurrentStack  // E → K
  /// Per layer, from the encoder's last states to the decoder's first; nil if they are the same.
  let bridge: [Bridge]?
  let embedding: Embedding  // of the decoder, E
  let decoder: [RecurrentCell]  // the first also reads the fed-back vector
  let attention: SourceAttention?
  /// tanh(W [h ; context] + b), H + K → R, or H → R without attention; nil if the output layer reads h.
  let readout: Linear?
  /// Whether the decoder reads its last readout.
  let feedsReadout: Bool
  let output: OutputLayer
  let outputSize: Int  // R
  let targetVocabulary: Int
  let endToken: Int32
}

/// The encoder: layers that each read the sentence forwards, and also backwards if the configuration says so.
struct RecurrentStack: Sendable {
  let embedding: Embedding
  /// Per layer one cell, or two: forwards, then backwards.
  let layers: [[RecurrentCell]]

  /// Width of a layer's output.
  var outputs: Int { layers.first?.reduce(0) { $0 + $1.size } ?? 0 }  // K
}

/// The layer from the encoder's last states to the decoder's first.
struct Bridge: Sendable {
  let hidden: Linear  // K → H, then tanh
  let cell: Linear?  // K → H, of an LSTM
}

/// The decoder's attention to the source.
struct SourceAttention: Sendable {
  /// From the encoder's states to keys; nil if the states are the keys.
  let key: Linear?  // K → A, or K → H
  let additive: Additive?

  struct Additive: Sendable {
    let query: Linear  // H → A, no bias
    let score: [Float]  // (A)
  }
}

/// One cell of a recurrent layer: its products with the input and with its own state, and its gates.
struct RecurrentCell: Sendable {
  let kind: RecurrentConfiguration.Cell
  /// Includes every bias that adds up.
  let input: Linear  // X → G·H
  let hidden: Linear  // H → G·H, no bias
  /// The state's bias in a GRU's candidate, which the reset gate multiplies.
  let candidateBias: [Float]  // (H)

  var size: Int { hidden.inputs }  // H

  /// Computes one step of some rows.
  /// - Parameters:
  ///   - products: (rows, G·H) of the input.
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

// MARK: Activations

/// The activations of one worker, reused by every batch and every step, grown to the largest seen.
final class RecurrentWorkspace {
  let input = FloatBuffer()  // (rows, E + F), input of a layer
  let output = FloatBuffer()  // (rows, K), output of an encoder layer
  let products = FloatBuffer()  // (rows, G·H) of the input
  let recurrent = FloatBuffer()  // (rows, G·H) of the state
  let hidden = FloatBuffer()  // (B, H) of one cell of the encoder
  let cell = FloatBuffer()  // (B, H)
  let finalHidden = FloatBuffer()  // (L, B, K), last states of the encoder's layers
  let finalCell = FloatBuffer()  // (L, B, K)
  let query = FloatBuffer()  // (rows, A)
  let scores = FloatBuffer()  // (S)
  let context = FloatBuffer()  // (rows, K)
  let joined = FloatBuffer()  // (rows, H + K)
  let readout = FloatBuffer()  // (rows, R)
  let linear = LinearScratch()
}
