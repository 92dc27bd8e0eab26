import Checkpoint
import Foundation
import Tensor

/// Binds a Hugging Face Marian folder's tensors to the layers that use them. Names and shapes are those of
/// `MarianMTModel`'s state dictionary; linear weights are (outputs, inputs).
struct HuggingFaceLoader {
  private let folder: MarianFolder
  private var configuration: MarianConfiguration { folder.configuration }
  private var dimension: Int { configuration.modelDimension }

  /// PyTorch's default, which Marian's layers keep.
  private static let epsilon: Float = 1e-5

  init(_ folder: MarianFolder) { self.folder = folder }

  /// - Throws: `FileError` naming the tensor that is missing or has another shape.
  func load() throws -> TransformerModel {
    let source = try table(configuration.vocabularySize, side: "encoder").matrix()
    let stored = try table(configuration.targetVocabularySize, side: "decoder")
    let target = sharesEmbeddings ? source : try stored.matrix()
    // The largest first: its mapped pages are given back before the rest needs memory.
    let output = try output(target, stored: stored)
    let weights = TransformerWeights(
      dimension: dimension,
      encoder: try encoder(embedding: embedding(source, side: "encoder")),
      decoder: try decoder(embedding: embedding(target, side: "decoder")),
      output: .whole(output), targetVocabulary: configuration.targetVocabularySize,
      endToken: configuration.endToken)
    return TransformerModel(summary: summary(), weights: weights)
  }

  // MARK: Embeddings and output

  private var sharesEmbeddings: Bool { configuration.shareEncoderDecoderEmbeddings }

  /// One table may be published under several names; any of them will do.
  private func table(_ vocabulary: Int, side: String) throws -> StoredTensor {
    let own = "model.\(side).embed_tokens.weight"
    let shared = "model.shared.weight"
    let name = sharesEmbeddings || !folder.tensors.contains(own) ? shared : own
    let found = folder.tensors.contains(name) ? name : own
    return try folder.tensors.tensor(found).expecting(shape: [vocabulary, dimension])
  }

  private func embedding(_ table: Matrix, side: String) throws -> Embedding {
    Embedding(
      table: .float32(table), positions: try positions(side: side),
      scale: configuration.scaleEmbedding ? Float(dimension).squareRoot() : 1,
      norm: configuration.normalizeEmbedding ? try norm("model.\(side).layernorm_embedding") : nil)
  }

  /// Positions in the file are used as they are; without them, Marian's sinusoids, where the configuration allows.
  private func positions(side: String) throws -> Matrix {
    let name = "model.\(side).embed_positions.weight"
    guard folder.tensors.contains(name) || !configuration.staticPositionEmbeddings else {
      return SinusoidalPositions.table(positions: configuration.maxPositions, dimension: dimension, spread: .halfOpen)
    }
    return try matrix(name, rows: configuration.maxPositions, columns: dimension)
  }

  private func output(_ target: Matrix, stored: StoredTensor) throws -> Linear {
    let vocabulary = configuration.targetVocabularySize
    let weight =
      configuration.tieWordEmbeddings
      ? Linear.weight([target]) : try self.weight(["lm_head.weight"], rows: vocabulary, columns: dimension)
    // What is left to read in a mapped table are the word vectors of each sentence.
    if weight.isCopy { stored.release() }
    let bias =
      folder.tensors.contains("final_logits_bias")
      ? try folder.tensors.tensor("final_logits_bias").expecting(shape: [1, vocabulary]).floats()
      : [Float](repeating: 0, count: vocabulary)
    return Linear(weight: weight, bias: bias)
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
      embedding: embedding, layers: layers, heads: configuration.encoder.heads, finalNorm: try finalNorm("encoder"))
  }

  private func decoder(embedding: Embedding) throws -> TransformerStack<DecoderLayer> {
    let layers = try (0..<configuration.decoder.layers).map { index in
      let prefix = "model.decoder.layers.\(index)"
      return DecoderLayer(
        past: .attention(try selfAttention(prefix)), crossAttention: try crossAttention(prefix),
        feedForward: try feedForward(prefix, width: configuration.decoder.feedForward))
    }
    return TransformerStack(
      embedding: embedding, layers: layers, heads: configuration.decoder.heads, finalNorm: try finalNorm("decoder"))
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

  /// Several (D → D) projections of one input as one product.
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
    let stored = try names.map { try folder.tensors.tensor($0).expecting(shape: [rows, columns]) }
    let weight = Linear.weight(try stored.map { try $0.matrix() })
    if weight.isCopy { stored.forEach { $0.release() } }
    return weight
  }

  private func norm(_ name: String) throws -> LayerNorm {
    LayerNorm(
      scale: try vector("\(name).weight", count: dimension), shift: try vector("\(name).bias", count: dimension),
      epsilon: Self.epsilon)
  }

  private func vector(_ name: String, count: Int) throws -> [Float] {
    try folder.tensors.tensor(name).expecting(shape: [count]).floats()
  }

  private func matrix(_ name: String, rows: Int, columns: Int) throws -> Matrix {
    try folder.tensors.tensor(name).expecting(shape: [rows, columns]).matrix()
  }

  private func summary() -> ModelSummary {
    ModelSummary(
      architecture: "transformer", precision: "float32",
      parameters: folder.tensors.tensors.reduce(0) { $0 + $1.count },
      bytes: folder.tensors.tensors.reduce(0) { $0 + $1.count * MemoryLayout<Float>.stride },
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
  fileprivate init(_ named: MarianConfiguration.Activation) {
    self =
      switch named {
      case .relu: .relu
      case .gelu: .gelu
      case .geluTanh: .geluTanh
      case .swish: .swish
      }
  }
}
