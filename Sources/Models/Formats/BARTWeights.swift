import Checkpoint
import Files
import Tensor

/// Binds the tensors of a Hugging Face folder of BART's kin to the layers that use them. Names and shapes are those of
/// `MarianMTModel`'s state dictionary; linear weights are (outputs, inputs).
struct BARTWeights {
  let tensors: any TensorSource
  let configuration: BARTConfiguration
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

  /// The positions in the file, or without them sinusoids if the configuration allows.
  private func positions(side: String) throws -> Matrix {
    let name = "model.\(side).embed_positions.weight"
    guard tensors.contains(name) || !configuration.staticPositionEmbeddings else {
      return SinusoidalPositions.table(
        positions: configuration.maxPositions, dimension: dimension, spread: configuration.positionSpread,
        first: configuration.firstPosition)
    }
    let first = configuration.firstPosition
    let shape = [configuration.maxPositions + first, dimension]
    let stored = try tensors.tensor(name).expecting(shape: shape).matrix()
    guard first > 0 else { return stored }
    return Matrix(rows: configuration.maxPositions, columns: dimension) { values in
      values.baseAddress?.update(from: stored.row(first), count: values.count)
    }
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

  private func heads(_ stack: BARTConfiguration.Stack) -> AttentionHeads {
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
  fileprivate init(_ named: BARTConfiguration.Activation) {
    self =
      switch named {
      case .relu: .relu
      case .gelu: .gelu
      case .geluTanh: .geluTanh
      case .swish: .swish
      }
  }
}
