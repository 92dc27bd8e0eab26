/// What the options inside a Marian model say about the mathematics of a Transformer.
///
/// Sizes are required, absent switches have Marian's own defaults, and what would be another model is refused by name.
/// Options that a Transformer does not read are ignored. Source: Marian's `src/models/transformer.h` and
/// `src/common/config_parser.cpp`.
package struct MarianOptions: Sendable, Equatable {
  /// The item of a container that holds the options, as YAML.
  package static let item = "special:model.yml"

  package enum Activation: String, Sendable, Equatable {
    case relu
    /// x·σ(x)
    case swish
    /// x·σ(1.702·x), the approximation that Marian calls gelu.
    case gelu
  }

  /// How a decoder layer looks back at what it has produced.
  package enum Autoregression: Sendable, Equatable {
    /// The simple recurrent unit of "From Research to Production and Back" (Kim et al. 2019).
    /// `projects`: with a projection `_rnn_Wo`, `_rnn_bo` behind the cell.
    case ssru(projects: Bool)
    case selfAttention
  }

  /// Which tables there are, and which of them makes the logits.
  package enum Embeddings: Sendable, Equatable {
    /// `Wemb` for source, target and output.
    case one
    /// `Wemb` for source and target; output `decoder_ff_logit_out_Wt`.
    case sharedWithOutput
    /// `encoder_Wemb`; `decoder_Wemb` for target and output.
    case separate
    /// `encoder_Wemb`, `decoder_Wemb`; output `decoder_ff_logit_out_Wt`.
    case separateWithOutput
  }

  /// The feed-forward part of a layer: `depth` products, all but the last followed by the activation.
  package struct FeedForward: Sendable, Equatable {
    package var width: Int
    package var depth: Int
  }

  package var modelDimension: Int
  package var heads: Int
  package var sourceVocabularySize: Int
  package var targetVocabularySize: Int
  package var encoderLayers: Int
  package var decoderLayers: Int
  package var encoderFeedForward: FeedForward
  package var decoderFeedForward: FeedForward
  package var activation: Activation
  package var autoregression: Autoregression
  package var embeddings: Embeddings
  /// `decoder_ff_logit_out_b`.
  package var hasOutputBias: Bool
  /// Projections `_Wo`, `_bo` behind the heads of an attention.
  package var projectsAttention: Bool

  /// Layer norm before each sub-layer (`_ln_scale_pre`), in place of after its residual sum (`_ln_scale`).
  package var normalizeBefore: Bool
  /// A layer norm behind the embeddings, `encoder_emb_ln_scale_pre` and so on.
  package var normalizeEmbedding: Bool
  /// A layer norm behind the last layer, `encoder_top_ln_scale` and so on.
  package var normalizeTop: Bool

  /// For each decoder layer the number, from 1, that its tensors are named by; layers may share tensors.
  package var decoderLayerNames: [Int]
  /// The decoder layer, from 1, whose first head is trained to align; nil where none is.
  package var alignmentLayer: Int?

  /// - Throws: `FileError` where the source has no options, or others than this reads.
  package init(_ source: some TensorSource) throws {
    try self.init(FlatYAML(source.tensor(Self.item)))
  }

  init(_ yaml: FlatYAML) throws {
    try Self.refuseOthers(yaml)
    modelDimension = try yaml.integer("dim-emb", in: 4...MarianConfiguration.largestDimension)
    heads = try yaml.integer("transformer-heads", in: 1...modelDimension)
    (sourceVocabularySize, targetVocabularySize) = try Self.vocabularies(yaml)
    encoderLayers = try yaml.integer("enc-depth", in: 1...MarianConfiguration.mostLayers)
    decoderLayers = try yaml.integer("dec-depth", in: 1...MarianConfiguration.mostLayers)
    encoderFeedForward = try Self.feedForward(yaml)
    decoderFeedForward = try Self.decoderFeedForward(yaml, encoderFeedForward)
    activation = try Self.activation(yaml)
    autoregression = try Self.autoregression(yaml)
    embeddings = try Self.embeddings(yaml)
    hasOutputBias = try !yaml.boolean("output-omit-bias", default: false)
    projectsAttention = try !yaml.boolean("transformer-no-projection", default: false)
    normalizeBefore = try Self.normalizeBefore(yaml)
    normalizeEmbedding = try Self.normalizes(yaml, "transformer-postprocess-emb", default: "d")
    normalizeTop = try Self.normalizes(yaml, "transformer-postprocess-top", default: "")
    decoderLayerNames = try Self.decoderLayerNames(yaml, layers: decoderLayers)
    alignmentLayer = try Self.alignmentLayer(yaml, layers: decoderLayers)
    try checkAgreement(yaml)
  }

  private func checkAgreement(_ yaml: FlatYAML) throws {
    guard modelDimension.isMultiple(of: 2) else {
      throw yaml.error("dim-emb", found: "\(modelDimension)", expected: "an even number, for sine and cosine halves")
    }
    guard modelDimension.isMultiple(of: heads) else {
      throw yaml.error("transformer-heads", found: "\(heads)", expected: "a divisor of dim-emb, \(modelDimension)")
    }
    switch embeddings {
    case .one, .sharedWithOutput:
      guard sourceVocabularySize == targetVocabularySize else {
        throw yaml.error(
          "dim-vocabs", found: "\(sourceVocabularySize) and \(targetVocabularySize)",
          expected: "equal numbers, as the embeddings are shared")
      }
    case .separate, .separateWithOutput: break
    }
  }
}
