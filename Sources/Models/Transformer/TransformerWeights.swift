import Tensor

/// The weights of a Transformer encoder-decoder (Vaswani et al. 2017), in the form that its layers use.
struct TransformerWeights: Sendable {
  let dimension: Int  // D
  let encoder: TransformerStack<EncoderLayer>
  let decoder: TransformerStack<DecoderLayer>
  /// From states (rows, D) to logits (rows, V).
  let output: OutputLayer
  let targetVocabulary: Int  // V
  let endToken: Int32
}

/// The encoder or the decoder: the embedding, and the layers above it.
struct TransformerStack<Layer: Sendable>: Sendable {
  let embedding: Embedding
  let layers: [Layer]
  let heads: Int
  /// Norm after the last layer; nil if the architecture has none.
  let finalNorm: LayerNorm?
}

struct EncoderLayer: Sendable {
  let selfAttention: SelfAttention
  let feedForward: FeedForward
}

struct DecoderLayer: Sendable {
  let past: PastReader

  var isRecurrent: Bool {
    if case .recurrence = past { true } else { false }
  }

  let crossAttention: CrossAttention
  let feedForward: FeedForward
}

/// The part of a decoder layer that reads earlier steps.
enum PastReader: Sendable {
  case attention(SelfAttention)
  case recurrence(SimpleRecurrentUnit)
}

/// SSRU, a recurrent cell instead of self-attention (Kim et al. 2019, "From Research to Production and Back"):
/// f = σ(x·Wf + bf), c = f ⊙ c + (1 − f) ⊙ (x·W), h = relu(c).
struct SimpleRecurrentUnit: Sendable {
  let candidateAndGate: Linear  // D → 2D: W, then Wf
  let gateBias: [Float]  // (D)
  let output: Linear?  // D → D, if the architecture projects h
  let residual: Residual
}

/// Attention within one sequence. Query, key and value have one input, so they are one product.
struct SelfAttention: Sendable {
  let queryKeyValue: Linear  // D → 3D
  let output: Linear?  // D → D, if the architecture projects the heads
  let residual: Residual
}

/// Attention to the source. Keys and values are computed from the encoder's states, once per source.
struct CrossAttention: Sendable {
  let query: Linear  // D → D
  let keyValue: Linear  // D → 2D
  let output: Linear?  // D → D, if the architecture projects the heads
  let residual: Residual
}

struct FeedForward: Sendable {
  /// Layers that the activation follows: D → F, and F → F if there are several.
  let inner: [Linear]
  let output: Linear  // F → D
  let activation: Activation
  let residual: Residual
}
