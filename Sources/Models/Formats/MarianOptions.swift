import Checkpoint

/// The mathematics of a Transformer, from the options inside a Marian model.
///
/// Sizes are required, absent switches have Marian's own defaults, and options of other models are refused by name.
/// Options that a Transformer does not read are ignored. Source: Marian's `src/models/transformer.h` and
/// `src/common/config_parser.cpp`.
package struct MarianOptions: Sendable, Equatable {
  package enum Activation: String, Sendable, Equatable {
    case relu
    /// x·σ(x)
    case swish
    /// x·σ(1.702·x), the approximation that Marian calls gelu.
    case gelu
  }

  /// The part of a decoder layer that reads the tokens produced before.
  package enum Autoregression: Sendable, Equatable {
    /// The simple recurrent unit of "From Research to Production and Back" (Kim et al. 2019). `projects`: with a
    /// projection `_rnn_Wo`, `_rnn_bo` after the cell.
    case ssru(projects: Bool)
    case selfAttention
  }

  /// The tables of word vectors, and the one that makes the logits.
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

  /// The feed-forward part of a layer: `depth` products, each except the last followed by the activation.
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
  /// Whether there is a `decoder_ff_logit_out_b`.
  package var hasOutputBias: Bool
  /// Whether projections `_Wo`, `_bo` follow the heads of an attention.
  package var projectsAttention: Bool

  /// Layer norm before each sub-layer (`_ln_scale_pre`) instead of after its residual sum (`_ln_scale`).
  package var normalizeBefore: Bool
  /// A layer norm after the embeddings, `encoder_emb_ln_scale_pre` and so on.
  package var normalizeEmbedding: Bool
  /// A layer norm after the last layer, `encoder_top_ln_scale` and so on.
  package var normalizeTop: Bool

  /// The number, from 1, in the names of each decoder layer's tensors; layers can share tensors.
  package var decoderLayerNames: [Int]
  /// The decoder layer, from 1, whose first head is trained to align; nil if there is none.
  package var alignmentLayer: Int?

  /// - Throws: `FileError` if the source has no options, or options of another model.
  package init(_ source: some TensorSource) throws {
    try self.init(FlatYAML(source.tensor(MarianBinaryFile.optionsItem)))
  }

  init(_ yaml: FlatYAML) throws {
    try Self.refuseOthers(yaml)
    modelDimension = try yaml.integer("dim-emb", in: 4...ModelLimits.maxDimension)
    heads = try yaml.integer("transformer-heads", in: 1...modelDimension)
    (sourceVocabularySize, targetVocabularySize) = try Self.vocabularies(yaml)
    encoderLayers = try yaml.integer("enc-depth", in: 1...ModelLimits.maxLayers)
    decoderLayers = try yaml.integer("dec-depth", in: 1...ModelLimits.maxLayers)
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

// MARK: - Reading

extension MarianOptions {
  private static let maxFeedForwardDepth = 16

  private static func vocabularies(_ yaml: FlatYAML) throws -> (source: Int, target: Int) {
    let bounds = 2...ModelLimits.maxVocabulary
    let expected = "two whole numbers from \(bounds.lowerBound) to \(bounds.upperBound)"
    let sizes = yaml.list("dim-vocabs").map { Int($0).flatMap { bounds.contains($0) ? $0 : nil } }
    guard sizes.count == 2, let source = sizes[0], let target = sizes[1] else {
      throw yaml.error(
        "dim-vocabs", found: yaml.list("dim-vocabs").prefix(4).joined(separator: ", "), expected: expected)
    }
    return (source, target)
  }

  private static func feedForward(_ yaml: FlatYAML) throws -> FeedForward {
    FeedForward(
      width: try yaml.integer("transformer-dim-ffn", in: 1...ModelLimits.maxFeedForward),
      depth: try yaml.integer("transformer-ffn-depth", in: 1...maxFeedForwardDepth, default: 2))
  }

  /// The decoder's sizes; the encoder's take their place if they are 0 or absent.
  private static func decoderFeedForward(_ yaml: FlatYAML, _ encoder: FeedForward) throws -> FeedForward {
    let width = try yaml.integer(
      "transformer-decoder-dim-ffn", in: 0...ModelLimits.maxFeedForward, default: 0)
    let depth = try yaml.integer("transformer-decoder-ffn-depth", in: 0...maxFeedForwardDepth, default: 0)
    return FeedForward(width: width == 0 ? encoder.width : width, depth: depth == 0 ? encoder.depth : depth)
  }

  private static func activation(_ yaml: FlatYAML) throws -> Activation {
    let key = "transformer-ffn-activation"
    guard let activation = Activation(rawValue: try yaml.string(key, default: "swish")) else {
      throw yaml.error(key, found: yaml.found(key), expected: "relu, swish or gelu")
    }
    return activation
  }

  private static func autoregression(_ yaml: FlatYAML) throws -> Autoregression {
    let key = "transformer-decoder-autoreg"
    switch try yaml.string(key, default: "self-attention") {
    case "self-attention": return .selfAttention
    case "rnn":
      guard try yaml.string("dec-cell", default: "gru") == "ssru" else {
        throw yaml.error("dec-cell", found: yaml.found("dec-cell"), expected: "ssru, the one cell that is supported")
      }
      try refuse(yaml, "layer-normalization", unless: false)
      return .ssru(projects: try yaml.boolean("transformer-rnn-projection", default: false))
    default: throw yaml.error(key, found: yaml.found(key), expected: "rnn or self-attention")
    }
  }

  private static func embeddings(_ yaml: FlatYAML) throws -> Embeddings {
    let all = try yaml.boolean("tied-embeddings-all", default: false)
    let shared = try yaml.boolean("tied-embeddings-src", default: false)
    let output = try yaml.boolean("tied-embeddings", default: false)
    if all || shared && output { return .one }
    if shared { return .sharedWithOutput }
    return output ? .separate : .separateWithOutput
  }

  /// Reads the place of the layer norms from two "process strings", which Marian applies letter by letter: d dropout, a
  /// the residual sum, n layer norm. The two forms that Transformers are trained in are accepted.
  private static func normalizeBefore(_ yaml: FlatYAML) throws -> Bool {
    let before = try process(yaml, "transformer-preprocess", default: "")
    let after = try process(yaml, "transformer-postprocess", default: "dan")
    switch (before, after) {
    case ("n", "a"): return true
    case ("", "an"): return false
    default:
      throw yaml.error(
        "transformer-preprocess and transformer-postprocess",
        found: "\(yaml.found("transformer-preprocess")) and \(yaml.found("transformer-postprocess"))",
        expected: "\"n\" and \"a\" (norm before each sub-layer) or \"\" and \"an\" (norm after it), with any \"d\"")
    }
  }

  private static func normalizes(_ yaml: FlatYAML, _ key: String, default fallback: String) throws -> Bool {
    switch try process(yaml, key, default: fallback) {
    case "": return false
    case "n": return true
    default: throw yaml.error(key, found: yaml.found(key), expected: "at most one \"n\", with any \"d\"")
    }
  }

  /// A process string without its dropout, which has no effect in translation.
  private static func process(_ yaml: FlatYAML, _ key: String, default fallback: String) throws -> String {
    let letters = try yaml.string(key, default: fallback)
    guard !letters.contains("h") else {
      throw yaml.error(key, found: yaml.found(key), expected: "no \"h\": highway connections are not supported")
    }
    return letters.filter { $0 != "d" }
  }

  private static func decoderLayerNames(_ yaml: FlatYAML, layers: Int) throws -> [Int] {
    let key = "transformer-tied-layers"
    let names = yaml.list(key)
    guard !names.isEmpty else { return Array(1...layers) }
    let numbers = names.compactMap { Int($0) }.filter { (1...layers).contains($0) }
    guard numbers.count == names.count, numbers.count == layers else {
      throw yaml.error(key, found: yaml.found(key), expected: "for each of dec-depth \(layers) a number up to it")
    }
    return numbers
  }

  private static func alignmentLayer(_ yaml: FlatYAML, layers: Int) throws -> Int? {
    let key = "transformer-guided-alignment-layer"
    switch try yaml.string(key, default: "last") {
    case "last": return layers
    case "none": return nil
    default: return try yaml.integer(key, in: 1...layers)
    }
  }

  /// Refuses by name the options of models with other mathematics.
  private static func refuseOthers(_ yaml: FlatYAML) throws {
    guard try yaml.string("type") == "transformer" else {
      throw yaml.error("type", found: yaml.found("type"), expected: "transformer")
    }
    for key in [
      "transformer-train-position-embeddings", "right-left", "ulr", "transformer-pool", "transformer-no-bias",
      "transformer-no-affine", "transformer-disable-position-embeddings",
    ] { try refuse(yaml, key, unless: false) }
    let mask = "transformer-attention-mask"
    guard try yaml.string(mask, default: "default") == "default" else {
      throw yaml.error(mask, found: yaml.found(mask), expected: "default")
    }
    guard try yaml.integer("lemma-dim-emb", in: 0...Int.max, default: 0) == 0 else {
      throw yaml.error("lemma-dim-emb", found: yaml.found("lemma-dim-emb"), expected: "0: factors are not supported")
    }
    guard yaml.list("input-types").allSatisfy({ $0 == "sequence" }) else {
      throw yaml.error("input-types", found: yaml.found("input-types"), expected: "sequences alone")
    }
  }

  private static func refuse(_ yaml: FlatYAML, _ key: String, unless neutral: Bool) throws {
    guard try yaml.boolean(key, default: neutral) == neutral else {
      throw yaml.error(key, found: "\(!neutral)", expected: "\(neutral): the other is not supported")
    }
  }
}
