import Tensor

/// Everything a Transformer encoder-decoder learned (Vaswani et al. 2017), as its layers use it.
struct TransformerWeights: Sendable {
  let dimension: Int  // D
  let encoder: TransformerStack<EncoderLayer>
  let decoder: TransformerStack<DecoderLayer>
  /// From states (rows, D) to logits (rows, V).
  let output: OutputLayer
  let targetVocabulary: Int  // V
  let endToken: Int32
}

/// One side: how ids become vectors, and the layers above.
struct TransformerStack<Layer: Sendable>: Sendable {
  let embedding: Embedding
  let layers: [Layer]
  let heads: Int
  /// After the last layer, where the architecture has one.
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

/// How a decoder layer sees the steps before this one.
enum PastReader: Sendable {
  case attention(SelfAttention)
  case recurrence(SimpleRecurrentUnit)
}

/// SSRU, a recurrent cell in the place of self-attention (Kim et al. 2019, "From Research to Production and Back"):
/// f = σ(x·Wf + bf), c = f ⊙ c + (1 − f) ⊙ (x·W), h = relu(c).
struct SimpleRecurrentUnit: Sendable {
  let candidateAndGate: Linear  // D → 2D: W, then Wf
  let gateBias: [Float]  // (D)
  let output: Linear?  // D → D, where the architecture projects h
  let residual: Residual
}

/// Query, key and value come from one input, so they are one product.
struct SelfAttention: Sendable {
  let queryKeyValue: Linear  // D → 3D
  let output: Linear?  // D → D, where the architecture projects the heads
  let residual: Residual
}

/// Keys and values come from the encoder's states, once a source.
struct CrossAttention: Sendable {
  let query: Linear  // D → D
  let keyValue: Linear  // D → 2D
  let output: Linear?  // D → D, where the architecture projects the heads
  let residual: Residual
}

struct FeedForward: Sendable {
  /// Each followed by the activation: D → F, and where there are more, F → F.
  let inner: [Linear]
  let output: Linear  // F → D
  let activation: Activation
  let residual: Residual
}
