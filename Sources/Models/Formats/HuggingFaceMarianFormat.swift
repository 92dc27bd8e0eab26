import Checkpoint
import Files
import Tensor

/// A Hugging Face Marian folder, in which OPUS-MT's models are published.
package struct HuggingFaceMarianFormat: PublishedFormat {
  static let family = "marian"

  let folder: ModelFolder
  package let configuration: HuggingFaceMarianConfiguration
  package let generation: GenerationConfiguration
  package let tensors: any TensorSource

  package init(_ folder: ModelFolder) throws {
    self.folder = folder
    configuration = try HuggingFaceMarianConfiguration(folder.requiredConfiguration())
    generation = try GenerationConfiguration(folder, configuration: configuration)
    tensors = try PublishedWeights.open(in: folder)
  }

  package func loadModel(_ preferences: ModelPreferences) throws -> any TranslationModel {
    try HuggingFaceMarianWeights(
      tensors: tensors, configuration: configuration, precision: preferences.precision ?? .float32
    ).load()
  }

  package var settings: [(name: String, value: String)] {
    func stack(_ stack: HuggingFaceMarianConfiguration.Stack) -> String {
      "\(stack.layers) layers, \(stack.heads) heads, feed-forward \(stack.feedForward)"
    }
    return [
      ("modelDimension", "\(configuration.modelDimension)"),
      ("encoder", stack(configuration.encoder)),
      ("decoder", stack(configuration.decoder)),
      ("activation", "\(configuration.activation)"),
      ("normalizeBefore", "\(configuration.normalizeBefore)"),
      ("normalizeEmbedding", "\(configuration.normalizeEmbedding)"),
      ("addFinalLayerNorm", "\(configuration.addFinalLayerNorm)"),
      ("scaleEmbedding", "\(configuration.scaleEmbedding)"),
      ("staticPositionEmbeddings", "\(configuration.staticPositionEmbeddings)"),
      ("shareEncoderDecoderEmbeddings", "\(configuration.shareEncoderDecoderEmbeddings)"),
      ("tieWordEmbeddings", "\(configuration.tieWordEmbeddings)"),
      ("maxPositions", "\(configuration.maxPositions)"),
    ]
  }
}

// MARK: - Configuration

/// The mathematics of a Hugging Face Marian checkpoint, from `config.json`.
///
/// Absent keys have the defaults of `transformers`' `MarianConfig`. Switches that it has dropped (`normalize_before` and
/// so on) default to the behaviour that it kept. Sizes and token ids are required.
package struct HuggingFaceMarianConfiguration: PublishedConfiguration, Equatable {
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

  /// - Parameter file: `config.json`
  /// - Throws: `FileError` that names the key that is missing, wrong or not supported.
  package init(_ file: ConfigurationFile) throws {
    try Self.refuseOthers(file)
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

  private static func activation(_ file: ConfigurationFile) throws -> Activation {
    let name = try file.string("activation_function", default: "gelu")
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
  private static func refuseOthers(_ file: ConfigurationFile) throws {
    try file.expectFamily(HuggingFaceMarianFormat.family)
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

// MARK: - Weights

/// Binds a Hugging Face Marian folder's tensors to the layers that use them. Names and shapes are those of
/// `MarianMTModel`'s state dictionary; linear weights are (outputs, inputs).
private struct HuggingFaceMarianWeights {
  let tensors: any TensorSource
  let configuration: HuggingFaceMarianConfiguration
  let precision: Precision
  private var dimension: Int { configuration.modelDimension }

  /// Epsilon of layer norms: PyTorch's default, which Marian's layers keep.
  private static let epsilon: Float = 1e-5

  /// - Throws: `FileError` that names the tensor that is missing or has another shape.
  func load() throws -> TransformerModel {
    // The largest table first: the memory that reading it takes is free again before the rest needs memory.
    let (target, output) = try targetSide()
    let source =
      sharesEmbeddings
      ? target
      : try EmbeddingTable(try table(configuration.vocabularySize, side: "encoder"), precision: precision)
    let weights = TransformerWeights(
      dimension: dimension,
      encoder: try encoder(embedding: embedding(source, side: "encoder")),
      decoder: try decoder(embedding: embedding(target, side: "decoder")),
      output: output, targetVocabulary: configuration.targetVocabularySize, endToken: configuration.endToken)
    return TransformerModel(summary: summary(), weights: weights)
  }

  // MARK: Embeddings and output

  private var sharesEmbeddings: Bool { configuration.shareEncoderDecoderEmbeddings }

  /// The table of word vectors of a side. One table can be published under several names.
  private func table(_ vocabulary: Int, side: String) throws -> StoredTensor {
    let own = "model.\(side).embed_tokens.weight"
    let shared = "model.shared.weight"
    let name = sharesEmbeddings || !tensors.contains(own) ? shared : own
    let found = tensors.contains(name) ? name : own
    return try tensors.tensor(found).expecting(shape: [vocabulary, dimension])
  }

  private func embedding(_ table: EmbeddingTable, side: String) throws -> Embedding {
    Embedding(
      table: table, positions: .table(try positions(side: side)),
      scale: configuration.scaleEmbedding ? Float(dimension).squareRoot() : 1,
      norm: configuration.normalizeEmbedding ? try norm("model.\(side).layernorm_embedding") : nil)
  }

  /// The positions in the file, or without them Marian's sinusoids if the configuration allows.
  private func positions(side: String) throws -> Matrix {
    let name = "model.\(side).embed_positions.weight"
    guard tensors.contains(name) || !configuration.staticPositionEmbeddings else {
      return SinusoidalPositions.table(positions: configuration.maxPositions, dimension: dimension, spread: .halfOpen)
    }
    let shape = [configuration.maxPositions, dimension]
    return try tensors.tensor(name).expecting(shape: shape).matrix()
  }

  private func targetSide() throws -> (EmbeddingTable, OutputLayer) {
    let vocabulary = configuration.targetVocabularySize
    let stored = try table(vocabulary, side: "decoder")
    let bias =
      tensors.contains("final_logits_bias")
      ? try tensors.tensor("final_logits_bias").expecting(shape: [1, vocabulary]).finiteFloats()
      : [Float](repeating: 0, count: vocabulary)
    if configuration.tieWordEmbeddings { return try OutputLayer.tied(stored, precision: precision, bias: bias) }
    let weight = try weight(["lm_head.weight"], rows: vocabulary, columns: dimension)
    return (try EmbeddingTable(stored, precision: precision), .whole(Linear(weight: weight, bias: bias)))
  }

  // MARK: Layers

  private func encoder(embedding: Embedding) throws -> TransformerStack<EncoderLayer> {
    let layers = try (0..<configuration.encoder.layers).map { index in
      let prefix = "model.encoder.layers.\(index)"
      return EncoderLayer(
        selfAttention: try selfAttention(prefix),
        feedForward: try feedForward(prefix, width: configuration.encoder.feedForward))
    }
    return TransformerStack(
      embedding: embedding, layers: layers, heads: heads(configuration.encoder), finalNorm: try finalNorm("encoder"))
  }

  private func decoder(embedding: Embedding) throws -> TransformerStack<DecoderLayer> {
    let layers = try (0..<configuration.decoder.layers).map { index in
      let prefix = "model.decoder.layers.\(index)"
      return DecoderLayer(
        past: .attention(try selfAttention(prefix)), crossAttention: try crossAttention(prefix),
        feedForward: try feedForward(prefix, width: configuration.decoder.feedForward))
    }
    return TransformerStack(
      embedding: embedding, layers: layers, heads: heads(configuration.decoder), finalNorm: try finalNorm("decoder"))
  }

  private func heads(_ stack: HuggingFaceMarianConfiguration.Stack) -> AttentionHeads {
    AttentionHeads(count: stack.heads, width: dimension / stack.heads)
  }

  private func finalNorm(_ side: String) throws -> LayerNorm? {
    configuration.addFinalLayerNorm ? try norm("model.\(side).layer_norm") : nil
  }

  private func selfAttention(_ prefix: String) throws -> SelfAttention {
    let own = "\(prefix).self_attn"
    return SelfAttention(
      queryKeyValue: try stacked(["\(own).q_proj", "\(own).k_proj", "\(own).v_proj"]),
      output: try linear("\(own).out_proj", outputs: dimension, inputs: dimension),
      residual: try residual("\(own)_layer_norm"))
  }

  private func crossAttention(_ prefix: String) throws -> CrossAttention {
    let own = "\(prefix).encoder_attn"
    return CrossAttention(
      query: try linear("\(own).q_proj", outputs: dimension, inputs: dimension),
      keyValue: try stacked(["\(own).k_proj", "\(own).v_proj"]),
      output: try linear("\(own).out_proj", outputs: dimension, inputs: dimension),
      residual: try residual("\(own)_layer_norm"))
  }

  private func feedForward(_ prefix: String, width: Int) throws -> FeedForward {
    FeedForward(
      inner: [try linear("\(prefix).fc1", outputs: width, inputs: dimension)],
      output: try linear("\(prefix).fc2", outputs: dimension, inputs: width),
      activation: Activation(configuration.activation),
      residual: try residual("\(prefix).final_layer_norm"))
  }

  private func residual(_ name: String) throws -> Residual {
    Residual(norm: try norm(name), isPreNorm: configuration.normalizeBefore)
  }

  // MARK: Tensors

  /// Several (D → D) projections of one input, as one product.
  private func stacked(_ names: [String]) throws -> Linear {
    let biases = try names.map { try vector("\($0).bias", count: dimension) }
    return Linear(
      weight: try weight(names.map { "\($0).weight" }, rows: dimension, columns: dimension),
      bias: biases.flatMap { $0 })
  }

  private func linear(_ name: String, outputs: Int, inputs: Int) throws -> Linear {
    Linear(
      weight: try weight(["\(name).weight"], rows: outputs, columns: inputs),
      bias: try vector("\(name).bias", count: outputs))
  }

  private func weight(_ names: [String], rows: Int, columns: Int) throws -> Linear.Weight {
    try precision.weight(names.map { try tensors.tensor($0).expecting(shape: [rows, columns]) })
  }

  private func norm(_ name: String) throws -> LayerNorm {
    LayerNorm(
      scale: try vector("\(name).weight", count: dimension), shift: try vector("\(name).bias", count: dimension),
      epsilon: Self.epsilon)
  }

  private func vector(_ name: String, count: Int) throws -> [Float] {
    try tensors.tensor(name).expecting(shape: [count]).finiteFloats()
  }

  private func bytes(_ stored: StoredTensor) -> Int {
    stored.name.hasSuffix("embed_positions.weight") ? Precision.float32.bytes(stored) : precision.bytes(stored)
  }

  private func summary() -> ModelSummary {
    ModelSummary(
      architecture: "transformer", precision: precision.rawValue,
      parameters: tensors.tensors.reduce(0) { $0 + $1.count },
      bytes: tensors.tensors.reduce(0) { $0 + bytes($1) },
      sourceVocabulary: configuration.vocabularySize, targetVocabulary: configuration.targetVocabularySize,
      maxPositions: configuration.maxPositions, startToken: configuration.startToken,
      endToken: configuration.endToken, padToken: configuration.padToken,
      attention: [
        .encoder: AttentionShape(layers: configuration.encoder.layers, heads: configuration.encoder.heads),
        .decoder: AttentionShape(layers: configuration.decoder.layers, heads: configuration.decoder.heads),
        .cross: AttentionShape(layers: configuration.decoder.layers, heads: configuration.decoder.heads),
      ])
  }
}

extension Activation {
  fileprivate init(_ named: HuggingFaceMarianConfiguration.Activation) {
    self =
      switch named {
      case .relu: .relu
      case .gelu: .gelu
      case .geluTanh: .geluTanh
      case .swish: .swish
      }
  }
}
