import Tensor

/// The weights of a Transformer encoder-decoder (Vaswani et al. 2017), in the form that its layers use.
///
/// Architectures differ in parts that are absent or of another kind, never in code of their own: a format fills these
/// types in. They hold M2M-100, NLLB, mBART, BART, T5, Marian and OpenNMT.
struct TransformerWeights: Sendable {
  let dimension: Int  // D
  let encoder: TransformerStack<EncoderLayer>
  let decoder: TransformerStack<DecoderLayer>
  /// From states (rows, D) to logits (rows, V).
  let output: OutputLayer
  /// Factor of the last states, before the output layer.
  var outputScale: Float = 1
  let targetVocabulary: Int  // V
  let endToken: Int32
}

/// The encoder or the decoder: the embedding, and the layers above it.
struct TransformerStack<Layer: Sendable>: Sendable {
  let embedding: Embedding
  let layers: [Layer]
  let heads: AttentionHeads
  /// Norm after the last layer; nil if the architecture has none.
  let finalNorm: LayerNorm?
}

/// The heads of all attention in a stack.
struct AttentionHeads: Sendable, Equatable {
  let count: Int  // H
  let width: Int  // d
  /// Factor of the products of queries and keys.
  let scale: Float

  /// Width of all heads, which need not be that of the states.
  var total: Int { count * width }  // W

  /// - Parameter scale: nil for the customary 1/√d.
  init(count: Int, width: Int, scale: Float? = nil) {
    self.count = count
    self.width = width
    self.scale = scale ?? 1 / Float(width).squareRoot()
  }
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
  let queryKeyValue: Linear  // D → 3W
  let output: Linear?  // W → D, if the architecture projects the heads
  let residual: Residual
  /// Nil if positions are part of the embedding alone.
  var relative: RelativePositions?
}

/// Attention to the source. Keys and values are computed from the encoder's states, once per source.
struct CrossAttention: Sendable {
  let query: Linear  // D → W
  let keyValue: Linear  // D → 2W
  let output: Linear?  // W → D, if the architecture projects the heads
  let residual: Residual
}

struct FeedForward: Sendable {
  /// Layers that the activation follows: D → F, and F → F if there are several. Gated ones are D → 2F, F → 2F.
  let inner: [Linear]
  let output: Linear  // F → D
  let activation: Activation
  let residual: Residual
  /// Whether the second half of the inner layers' outputs multiplies the activated first half.
  var isGated = false
}
