import Checkpoint
import Tensor

/// Everything a recurrent encoder-decoder learned (Sutskever et al. 2014; with attention Bahdanau et al. 2015, Luong
/// et al. 2015), as its layers use it.
struct RecurrentWeights: Sendable {
  let encoder: RecurrentStack  // E → K
  /// From the encoder's last states to the decoder's first, a layer each; nil where they are the same.
  let bridge: [Bridge]?
  let embedding: Embedding  // of the decoder, E
  let decoder: [RecurrentCell]  // the first reads what it is fed too
  let attention: SourceAttention?
  /// tanh(W [h ; context] + b), H + K → R, or H → R without attention; nil where the output layer reads h.
  let readout: Linear?
  /// The decoder reads its last readout.
  let feedsReadout: Bool
  let output: OutputLayer
  let outputSize: Int  // R
  let targetVocabulary: Int
  let endToken: Int32
}

/// The encoder: layers that each read the sentence forwards, and backwards where the configuration says so.
struct RecurrentStack: Sendable {
  let embedding: Embedding
  /// Of each layer one cell, or two: forwards, then backwards.
  let layers: [[RecurrentCell]]

  /// Width of what a layer gives.
  var outputs: Int { layers.first?.reduce(0) { $0 + $1.size } ?? 0 }  // K
}

struct Bridge: Sendable {
  let hidden: Linear  // K → H, then tanh
  let cell: Linear?  // K → H, of an LSTM
}

/// Where in the source a decoder looks.
struct SourceAttention: Sendable {
  /// From the encoder's states to what queries meet; nil where they meet the states themselves.
  let key: Linear?  // K → A, or K → H
  let additive: Additive?

  struct Additive: Sendable {
    let query: Linear  // H → A, no bias
    let score: [Float]  // (A)
  }
}
