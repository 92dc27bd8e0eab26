import Files

/// The mathematics of a checkpoint of BART's kin (Lewis et al. 2019, arXiv:1910.13461), from `config.json`: Marian, M2M-100
/// and mBART.
///
/// Absent keys have the defaults of the family in `transformers`. Switches that it has dropped (`normalize_before` and so
/// on) default to the behaviour that it kept. Sizes are required, and Marian's token ids.
package struct BARTConfiguration: PublishedConfiguration, Equatable {
  package enum Activation: Sendable, Equatable, CaseIterable {
    case relu
    /// x·Φ(x) with the exact error function.
    case gelu
    /// The approximation of `gelu` with tanh.
    case geluTanh
    /// x·σ(x)
    case swish
  }

  /// One half of the model.
  package struct Stack: Sendable, Equatable {
    package var layers: Int
    package var heads: Int
    package var feedForward: Int
  }

  package var modelDimension: Int
  package var encoder: Stack
  package var decoder: Stack
  package var activation: Activation

  /// Layer norm before each sub-layer (pre-norm) instead of after its residual sum (post-norm).
  package var normalizeBefore: Bool
  /// A layer norm after the embeddings, `layernorm_embedding`.
  package var normalizeEmbedding: Bool
  /// A layer norm after the last layer, `layer_norm`.
  package var addFinalLayerNorm: Bool
  /// Embeddings times √modelDimension.
  package var scaleEmbedding: Bool
  /// Sinusoidal positions, which are computed; else learnt positions, which are in the file.
  package var staticPositionEmbeddings: Bool
  /// The position of the first token: 2 if positions are fairseq's.
  package var firstPosition = 0
  /// The spread of computed positions.
  var positionSpread: SinusoidalPositions.Spread = .halfOpen
  /// One table for source and target.
  package var shareEncoderDecoderEmbeddings: Bool
  /// The output projection is the target's table.
  package var tieWordEmbeddings: Bool

  package var vocabularySize: Int
  package var decoderVocabularySize: Int
  /// The most tokens, of source and of target.
  package var maxPositions: Int

  package var padToken: Int32
  package var endToken: Int32
  /// The token that the decoder is fed first.
  package var startToken: Int32

  /// Size of the target's vocabulary, which is the source's if they share a table.
  package var targetVocabularySize: Int {
    shareEncoderDecoderEmbeddings ? vocabularySize : decoderVocabularySize
  }

  /// The configuration of a Marian model.
  /// - Parameter file: `config.json`
  /// - Throws: `FileError` that names the key that is missing, wrong or not supported.
  package init(_ file: ConfigurationFile) throws {
    try Self.refuseOthers(file, family: HuggingFaceMarianFormat.family)
    modelDimension = try file.integer("d_model", in: 2...ModelLimits.maxDimension)
    encoder = try Self.stack("encoder", file, modelDimension)
    decoder = try Self.stack("decoder", file, modelDimension)
    activation = try Self.activation(file)
    normalizeBefore = try file.boolean("normalize_before", default: false)
    normalizeEmbedding = try file.boolean("normalize_embedding", default: false)
    addFinalLayerNorm = try file.boolean("add_final_layer_norm", default: false)
    scaleEmbedding = try file.boolean("scale_embedding", default: false)
    staticPositionEmbeddings = try file.boolean("static_position_embeddings", default: true)
    shareEncoderDecoderEmbeddings = try file.boolean("share_encoder_decoder_embeddings", default: true)
    tieWordEmbeddings = try file.boolean("tie_word_embeddings", default: true)
    vocabularySize = try file.integer("vocab_size", in: 2...ModelLimits.maxVocabulary)
    decoderVocabularySize = try file.integer(
      "decoder_vocab_size", in: 2...ModelLimits.maxVocabulary, default: vocabularySize)
    maxPositions = try file.integer("max_position_embeddings", in: 2...ModelLimits.maxPositions, default: 1024)
    let tokens = 0...(shareEncoderDecoderEmbeddings ? vocabularySize : min(vocabularySize, decoderVocabularySize)) - 1
    padToken = Int32(try file.integer("pad_token_id", in: 0...vocabularySize - 1))
    endToken = Int32(try file.integer("eos_token_id", in: tokens))
    let targets = 0...(shareEncoderDecoderEmbeddings ? vocabularySize : decoderVocabularySize) - 1
    startToken = Int32(try file.integer("decoder_start_token_id", in: targets))
    try checkAgreement(file)
  }

  /// The configuration of M2M-100 or mBART, whose norms precede each part.
  /// - Parameter learnsPositions: whether positions are in the file, as in mBART.
  /// - Throws: `FileError` that names the key that is missing, wrong or not supported.
  package init(multilingual file: ConfigurationFile, family: String, learnsPositions: Bool) throws {
    try Self.refuseOthers(file, family: family)
    for key in ["normalize_before", "add_final_layer_norm"] where try !file.boolean(key, default: true) {
      throw file.error(key, found: "false", expected: "true: the other is not supported")
    }
    modelDimension = try file.integer("d_model", in: 2...ModelLimits.maxDimension)
    encoder = try Self.stack("encoder", file, modelDimension)
    decoder = try Self.stack("decoder", file, modelDimension)
    activation = try Self.activation(file, default: learnsPositions ? "gelu" : "relu")
    normalizeBefore = true
    normalizeEmbedding = learnsPositions
    addFinalLayerNorm = true
    scaleEmbedding = try file.boolean("scale_embedding", default: !learnsPositions)
    staticPositionEmbeddings = !learnsPositions
    firstPosition = 2
    positionSpread = .endpoints
    shareEncoderDecoderEmbeddings = true
    tieWordEmbeddings = try file.boolean("tie_word_embeddings", default: true)
    vocabularySize = try file.integer("vocab_size", in: 8...ModelLimits.maxVocabulary)
    decoderVocabularySize = vocabularySize
    maxPositions = try file.integer("max_position_embeddings", in: 4...ModelLimits.maxPositions, default: 1024)
    let tokens = 0...vocabularySize - 1
    padToken = Int32(try file.integer("pad_token_id", in: tokens, default: 1))
    endToken = Int32(try file.integer("eos_token_id", in: tokens, default: 2))
    startToken = Int32(try file.integer("decoder_start_token_id", in: tokens, default: Int(endToken)))
    try checkAgreement(file)
  }

  private static func stack(_ half: String, _ file: ConfigurationFile, _ dimension: Int) throws -> Stack {
    let stack = Stack(
      layers: try file.integer("\(half)_layers", in: 1...ModelLimits.maxLayers),
      heads: try file.integer("\(half)_attention_heads", in: 1...dimension),
      feedForward: try file.integer("\(half)_ffn_dim", in: 1...ModelLimits.maxFeedForward))
    guard dimension.isMultiple(of: stack.heads) else {
      throw file.error(
        "\(half)_attention_heads", found: "\(stack.heads)", expected: "a divisor of d_model, \(dimension)")
    }
    return stack
  }

  private static func activation(_ file: ConfigurationFile, default fallback: String = "gelu") throws -> Activation {
    let name = try file.string("activation_function", default: fallback)
    switch name {
    case "relu": return .relu
    case "gelu", "gelu_python": return .gelu
    case "gelu_new", "gelu_pytorch_tanh": return .geluTanh
    case "swish", "silu": return .swish
    default:
      throw file.error(
        "activation_function", found: "\"\(name.prefix(40))\"",
        expected: "one of relu, gelu, gelu_new, gelu_pytorch_tanh, swish, silu")
    }
  }

  /// Refuses by name the keys of models with other mathematics.
  private static func refuseOthers(_ file: ConfigurationFile, family: String) throws {
    try file.expectFamily(family)
    for (key, neutral) in [
      ("is_encoder_decoder", true), ("is_decoder", false), ("tie_encoder_decoder", false),
      ("do_blenderbot_90_layernorm", false),
    ] where try file.boolean(key, default: neutral) != neutral {
      throw file.error(key, found: "\(!neutral)", expected: "\(neutral): the other is not supported")
    }
    if let quantized = file["quantization_config"] {
      throw file.error("quantization_config", found: quantized.description, expected: "no quantized weights")
    }
    if let heads = file["pruned_heads"], heads != .object([:]) {
      throw file.error("pruned_heads", found: heads.description, expected: "no pruned heads")
    }
  }

  private func checkAgreement(_ file: ConfigurationFile) throws {
    guard !shareEncoderDecoderEmbeddings || decoderVocabularySize == vocabularySize else {
      throw file.error(
        "decoder_vocab_size", found: "\(decoderVocabularySize)",
        expected: "vocab_size, \(vocabularySize), as the embeddings are shared")
    }
    guard !staticPositionEmbeddings || modelDimension.isMultiple(of: 2) else {
      throw file.error("d_model", found: "\(modelDimension)", expected: "an even number, for sine and cosine halves")
    }
  }
}
