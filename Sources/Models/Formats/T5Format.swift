import Checkpoint
import Files
import Tensor
import Tokenization

/// A Hugging Face folder of T5 (Raffel et al. 2020, arXiv:1910.10683) or of a model with its network: mT5, umT5,
/// MADLAD-400.
package struct T5Format: PublishedFormat {
  /// `model_type` of all of them, `t5` first.
  static let families = ["t5", "mt5", "umt5"]
  static let family = families[0]

  let folder: ModelFolder
  package let configuration: T5Configuration
  package let generation: GenerationConfiguration
  package let tensors: any TensorSource

  package init(_ folder: ModelFolder) throws {
    self.folder = folder
    configuration = try T5Configuration(folder.requiredConfiguration())
    generation = try GenerationConfiguration(folder, configuration: configuration)
    tensors = try PublishedWeights.open(in: folder)
  }

  package static func recognises(_ folder: ModelFolder) throws -> Bool {
    try folder.configuration.map { families.contains(try $0.string("model_type", default: "")) } ?? false
  }

  package func loadTokenizer() throws -> any Tokenizer { try PublishedTokenizer.openT5(folder) }

  package func loadModel(_ preferences: ModelPreferences) throws -> any TranslationModel {
    try T5Weights(tensors: tensors, configuration: configuration, precision: preferences.precision ?? .float32).load()
  }

  package var settings: [(name: String, value: String)] {
    [
      ("modelDimension", "\(configuration.modelDimension)"),
      ("layers", "\(configuration.encoderLayers) of the encoder, \(configuration.decoderLayers) of the decoder"),
      ("heads", "\(configuration.heads) of width \(configuration.headWidth)"),
      ("feedForward", "\(configuration.feedForward)\(configuration.isGated ? ", gated" : "")"),
      ("activation", "\(configuration.activation)"),
      ("relativePositions", "\(configuration.buckets) buckets to \(configuration.maxDistance)"),
      ("positionsPerLayer", "\(configuration.hasBiasesPerLayer)"),
      ("scaleOutputs", "\(configuration.scalesOutputs)"),
    ]
  }
}

// MARK: - Configuration

/// The mathematics of a T5 checkpoint, from `config.json`. Absent keys have the defaults of `transformers`' `T5Config`.
package struct T5Configuration: PublishedConfiguration, Equatable {
  package let modelDimension: Int
  package let encoderLayers: Int
  package let decoderLayers: Int
  package let heads: Int
  package let headWidth: Int
  package let feedForward: Int
  let activation: Activation
  /// Whether a second product multiplies the activated first one.
  package let isGated: Bool
  package let buckets: Int
  package let maxDistance: Int
  /// Whether each layer has a table of relative positions, as in umT5; else the first layer's is that of all.
  package let hasBiasesPerLayer: Bool
  /// Whether the decoder's last states are multiplied by 1/√D.
  package let scalesOutputs: Bool
  package let epsilon: Float
  package let vocabularySize: Int
  package let padToken: Int32
  package let endToken: Int32
  package let startToken: Int32

  package var targetVocabularySize: Int { vocabularySize }
  /// Distances have no end. The limit is that of the texts that the models learnt from, twice.
  package var maxPositions: Int { 1024 }

  private static let maxHeads = 1024
  private static let maxBuckets = 1024

  /// - Parameter file: `config.json`
  /// - Throws: `FileError` that names the key that is missing, wrong or not supported.
  package init(_ file: ConfigurationFile) throws {
    let family = try file.string("model_type")
    guard T5Format.families.contains(family) else {
      throw file.error(
        "model_type", found: "\"\(family.prefix(40))\"",
        expected: "one of \(T5Format.families.joined(separator: ", "))")
    }
    guard try file.boolean("is_encoder_decoder", default: true) else {
      throw file.error("is_encoder_decoder", found: "false", expected: "true: the other is not supported")
    }
    if let quantized = file["quantization_config"] {
      throw file.error("quantization_config", found: quantized.description, expected: "no quantized weights")
    }
    modelDimension = try file.integer("d_model", in: 2...ModelLimits.maxDimension)
    encoderLayers = try file.integer("num_layers", in: 1...ModelLimits.maxLayers)
    decoderLayers = try file.integer("num_decoder_layers", in: 1...ModelLimits.maxLayers, default: encoderLayers)
    heads = try file.integer("num_heads", in: 1...Self.maxHeads)
    headWidth = try file.integer("d_kv", in: 1...ModelLimits.maxDimension / heads)
    feedForward = try file.integer("d_ff", in: 1...ModelLimits.maxFeedForward)
    (activation, isGated) = try Self.activation(file)
    buckets = try file.integer("relative_attention_num_buckets", in: 4...Self.maxBuckets, default: 32)
    maxDistance = try file.integer("relative_attention_max_distance", in: 1...Self.maxBuckets, default: 128)
    hasBiasesPerLayer = family == "umt5"
    let isTied = try file.boolean("tie_word_embeddings", default: true)
    scalesOutputs = try family != "mt5" && file.boolean("scale_decoder_outputs", default: isTied)
    epsilon = Float(try file.number("layer_norm_epsilon", default: 1e-6))
    guard epsilon > 0, epsilon < 1 else {
      throw file.error("layer_norm_epsilon", found: "\(epsilon)", expected: "a number between 0 and 1")
    }
    vocabularySize = try file.integer("vocab_size", in: 4...ModelLimits.maxVocabulary)
    let tokens = 0...vocabularySize - 1
    padToken = Int32(try file.integer("pad_token_id", in: tokens, default: 0))
    endToken = Int32(try file.integer("eos_token_id", in: tokens, default: 1))
    startToken = Int32(try file.integer("decoder_start_token_id", in: tokens, default: Int(padToken)))
  }

  /// `gated-gelu` is the approximation with tanh.
  private static func activation(_ file: ConfigurationFile) throws -> (Activation, isGated: Bool) {
    let name = try file.string("feed_forward_proj", default: "relu")
    switch name {
    case "relu": return (.relu, false)
    case "gelu": return (.gelu, false)
    case "gelu_new": return (.geluTanh, false)
    case "silu": return (.swish, false)
    case "gated-relu": return (.relu, true)
    case "gated-gelu": return (.geluTanh, true)
    case "gated-silu": return (.swish, true)
    default:
      throw file.error(
        "feed_forward_proj", found: "\"\(name.prefix(40))\"", expected: "relu, gelu, gated-gelu or gated-silu")
    }
  }
}

// MARK: - Weights

/// Binds a T5 folder's tensors to the layers that use them. Names and shapes are those of `T5ForConditionalGeneration`'s
/// state dictionary; linear weights are (outputs, inputs).
private struct T5Weights {
  let tensors: any TensorSource
  let configuration: T5Configuration
  let precision: Precision

  private var dimension: Int { configuration.modelDimension }
  private var width: Int { configuration.heads * configuration.headWidth }

  /// - Throws: `FileError` that names the tensor that is missing or has another shape.
  func load() throws -> TransformerModel {
    let (table, output) = try words()
    let embedding = Embedding(table: table, positions: .none(dimension), scale: 1, norm: nil)
    let heads = AttentionHeads(count: configuration.heads, width: configuration.headWidth, scale: 1)
    let weights = TransformerWeights(
      dimension: dimension,
      encoder: TransformerStack(
        embedding: embedding, layers: try encoderLayers(), heads: heads,
        finalNorm: try norm("encoder.final_layer_norm")),
      decoder: TransformerStack(
        embedding: embedding, layers: try decoderLayers(), heads: heads,
        finalNorm: try norm("decoder.final_layer_norm")),
      output: output, outputScale: configuration.scalesOutputs ? 1 / Float(dimension).squareRoot() : 1,
      targetVocabulary: configuration.vocabularySize, endToken: configuration.endToken)
    return TransformerModel(summary: summary(), weights: weights)
  }

  private func words() throws -> (EmbeddingTable, OutputLayer) {
    let shape = [configuration.vocabularySize, dimension]
    let name = ["shared.weight", "encoder.embed_tokens.weight"].first(where: tensors.contains) ?? "shared.weight"
    let stored = try tensors.tensor(name).expecting(shape: shape)
    let bias = [Float](repeating: 0, count: configuration.vocabularySize)
    guard tensors.contains("lm_head.weight") else {
      return try OutputLayer.tied(stored, precision: precision, bias: bias)
    }
    let head = try precision.weight([tensors.tensor("lm_head.weight").expecting(shape: shape)])
    return (try EmbeddingTable(stored, precision: precision), .whole(Linear(weight: head, bias: bias)))
  }

  // MARK: Layers

  private func encoderLayers() throws -> [EncoderLayer] {
    try (0..<configuration.encoderLayers).map { index in
      let prefix = "encoder.block.\(index).layer"
      return EncoderLayer(
        selfAttention: try selfAttention("encoder", index), feedForward: try feedForward("\(prefix).1"))
    }
  }

  private func decoderLayers() throws -> [DecoderLayer] {
    try (0..<configuration.decoderLayers).map { index in
      let prefix = "decoder.block.\(index).layer"
      let cross = "\(prefix).1.EncDecAttention"
      return DecoderLayer(
        past: .attention(try selfAttention("decoder", index)),
        crossAttention: CrossAttention(
          query: try linear(["\(cross).q"], outputs: width, inputs: dimension),
          keyValue: try linear(["\(cross).k", "\(cross).v"], outputs: width, inputs: dimension),
          output: try linear(["\(cross).o"], outputs: dimension, inputs: width),
          residual: try residual("\(prefix).1")),
        feedForward: try feedForward("\(prefix).2"))
    }
  }

  private func selfAttention(_ side: String, _ index: Int) throws -> SelfAttention {
    let prefix = "\(side).block.\(index).layer.0"
    let own = "\(prefix).SelfAttention"
    return SelfAttention(
      queryKeyValue: try linear(["\(own).q", "\(own).k", "\(own).v"], outputs: width, inputs: dimension),
      output: try linear(["\(own).o"], outputs: dimension, inputs: width),
      residual: try residual(prefix), relative: .biases(try biases(side, index)))
  }

  private func biases(_ side: String, _ index: Int) throws -> DistanceBiases {
    let block = configuration.hasBiasesPerLayer ? index : 0
    let name = "\(side).block.\(block).layer.0.SelfAttention.relative_attention_bias.weight"
    let stored = try tensors.tensor(name).expecting(shape: [configuration.buckets, configuration.heads])
    return DistanceBiases(
      buckets: try stored.matrix(), maxDistance: configuration.maxDistance, isBidirectional: side == "encoder")
  }

  private func feedForward(_ prefix: String) throws -> FeedForward {
    let own = "\(prefix).DenseReluDense"
    let inner = configuration.isGated ? ["\(own).wi_0", "\(own).wi_1"] : ["\(own).wi"]
    return FeedForward(
      inner: [try linear(inner, outputs: configuration.feedForward, inputs: dimension)],
      output: try linear(["\(own).wo"], outputs: dimension, inputs: configuration.feedForward),
      activation: configuration.activation, residual: try residual(prefix), isGated: configuration.isGated)
  }

  // MARK: Tensors

  /// Projections of one input, as one product. T5 has no biases.
  private func linear(_ names: [String], outputs: Int, inputs: Int) throws -> Linear {
    let stored = try names.map { try tensors.tensor("\($0).weight").expecting(shape: [outputs, inputs]) }
    return Linear(
      weight: try precision.weight(stored), bias: [Float](repeating: 0, count: names.count * outputs))
  }

  private func residual(_ prefix: String) throws -> Residual {
    Residual(norm: try norm("\(prefix).layer_norm"), isPreNorm: true)
  }

  private func norm(_ name: String) throws -> LayerNorm {
    LayerNorm(
      scale: try tensors.tensor("\(name).weight").expecting(shape: [dimension]).finiteFloats(), shift: nil,
      epsilon: configuration.epsilon)
  }

  private func summary() -> ModelSummary {
    let decoder = AttentionShape(layers: configuration.decoderLayers, heads: configuration.heads)
    return ModelSummary(
      architecture: "transformer", precision: precision.rawValue,
      parameters: tensors.tensors.reduce(0) { $0 + $1.count },
      bytes: tensors.tensors.reduce(0) { $0 + precision.bytes($1) },
      sourceVocabulary: configuration.vocabularySize, targetVocabulary: configuration.vocabularySize,
      maxPositions: configuration.maxPositions, startToken: configuration.startToken,
      endToken: configuration.endToken, padToken: configuration.padToken,
      attention: [
        .encoder: AttentionShape(layers: configuration.encoderLayers, heads: configuration.heads),
        .decoder: decoder, .cross: decoder,
      ])
  }
}
