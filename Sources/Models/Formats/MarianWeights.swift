import Checkpoint
import Files
import Tensor

/// Binds the tensors of Marian's own formats (`.bin`, `.npz`) to the layers that use them. Names and mathematics are
/// those of Marian's `src/models/transformer.h`; matrices are [inputs, outputs].
package struct MarianWeights {
  private let tensors: any TensorSource
  private let options: MarianOptions
  private let shortlist: LexicalShortlist?
  private let matrices: MarianMatrices
  private var dimension: Int { options.modelDimension }

  /// Epsilon of layer norms, Marian's own; PyTorch's is measurably worse.
  private static let epsilon: Float = 1e-6

  /// The most tokens of a sentence. Marian's sinusoids have no end, but a table has.
  private static let maxPositions = 1024

  /// Id of `</s>`, which is the first in Marian's vocabularies.
  private static let endToken: Int32 = 0

  /// - Parameter precision: type of numbers to multiply with; nil takes the type that each tensor is stored in.
  package init(_ tensors: any TensorSource, options: MarianOptions, shortlist: LexicalShortlist?, precision: Precision?)
  {
    self.tensors = tensors
    self.options = options
    self.shortlist = shortlist
    matrices = MarianMatrices(tensors: tensors, precision: precision)
  }

  /// - Throws: `FileError` that names the tensor that is missing or has another shape.
  package func load() throws -> any TranslationModel {
    let (target, output) = try targetSide()
    let source =
      tablesAreOne
      ? target : try matrices.table("encoder_Wemb", rows: options.sourceVocabularySize, columns: dimension)
    let weights = TransformerWeights(
      dimension: dimension, encoder: try encoder(embedding(source, side: "encoder")),
      decoder: try decoder(embedding(target, side: "decoder")), output: output,
      targetVocabulary: options.targetVocabularySize, endToken: Self.endToken)
    return TransformerModel(summary: summary(), weights: weights)
  }

  // MARK: Embeddings and output

  private var tablesAreOne: Bool { options.embeddings == .one || options.embeddings == .sharedWithOutput }

  private var targetTable: String { tablesAreOne ? "Wemb" : "decoder_Wemb" }

  private var outputTable: String {
    options.embeddings == .sharedWithOutput || options.embeddings == .separateWithOutput
      ? "decoder_ff_logit_out_Wt" : targetTable
  }

  private func embedding(_ table: EmbeddingTable, side: String) throws -> Embedding {
    Embedding(
      table: table,
      positions: .table(
        SinusoidalPositions.table(positions: Self.maxPositions, dimension: dimension, spread: .endpoints)),
      scale: Float(dimension).squareRoot(),
      norm: options.normalizeEmbedding ? try norm("\(side)_emb", suffix: "_pre") : nil)
  }

  private func targetSide() throws -> (EmbeddingTable, OutputLayer) {
    let vocabulary = options.targetVocabularySize
    func table(_ name: String) throws -> EmbeddingTable {
      try matrices.table(name, rows: vocabulary, columns: dimension)
    }
    let bias =
      options.hasOutputBias
      ? try vector("decoder_ff_logit_out_b", count: vocabulary) : [Float](repeating: 0, count: vocabulary)
    let activations = try outputActivations
    guard let shortlist else {
      // The largest table first: the memory that reading it takes is free again before the rest needs memory.
      guard outputTable != targetTable else {
        return try matrices.tied(
          targetTable, rows: vocabulary, columns: dimension, activations: activations, bias: bias)
      }
      let weight = try matrices.weight(
        table: outputTable, rows: vocabulary, columns: dimension, activations: activations)
      return (try table(targetTable), .whole(Linear(weight: weight, bias: bias)))
    }
    let words = try table(targetTable)
    let output = ShortlistedOutput(
      shortlist: shortlist, sharesVocabulary: tablesAreOne,
      table: outputTable == targetTable ? words : try table(outputTable), activations: activations, bias: bias)
    return (words, .shortlisted(output))
  }

  /// The factor of the output layer's activations, which has the name of no matrix.
  private var outputActivations: Int8Weight.Activations {
    get throws {
      for name in ["none", "Wemb", "decoder_Wemb"] {
        if let factor = try tensors.activationMultiplier(name) { return .fixed(factor) }
      }
      return .perRow
    }
  }

  // MARK: Layers

  private func encoder(_ embedding: Embedding) throws -> TransformerStack<EncoderLayer> {
    let layers = try (1...options.encoderLayers).map { number in
      EncoderLayer(
        selfAttention: try selfAttention("encoder_l\(number)_self"),
        feedForward: try feedForward("encoder_l\(number)_ffn", options.encoderFeedForward))
    }
    return TransformerStack(
      embedding: embedding, layers: layers, heads: heads, finalNorm: try topNorm("encoder"))
  }

  private func decoder(_ embedding: Embedding) throws -> TransformerStack<DecoderLayer> {
    let layers = try options.decoderLayerNames.map { number in
      DecoderLayer(
        past: try past("decoder_l\(number)"), crossAttention: try crossAttention("decoder_l\(number)_context"),
        feedForward: try feedForward("decoder_l\(number)_ffn", options.decoderFeedForward))
    }
    return TransformerStack(
      embedding: embedding, layers: layers, heads: heads, finalNorm: try topNorm("decoder"))
  }

  private var heads: AttentionHeads { AttentionHeads(count: options.heads, width: dimension / options.heads) }

  private func topNorm(_ side: String) throws -> LayerNorm? {
    options.normalizeTop ? try norm("\(side)_top", suffix: "") : nil
  }

  private func past(_ prefix: String) throws -> PastReader {
    guard case .ssru(let projects) = options.autoregression else {
      return .attention(try selfAttention("\(prefix)_self"))
    }
    let zeros = [Float](repeating: 0, count: 2 * dimension)
    return .recurrence(
      SimpleRecurrentUnit(
        candidateAndGate: Linear(
          weight: try matrices.stacked(["\(prefix)_rnn_W", "\(prefix)_rnn_Wf"], inputs: dimension, outputs: dimension),
          bias: zeros),
        gateBias: try vector("\(prefix)_rnn_bf", count: dimension),
        output: projects ? try square("\(prefix)_rnn", "o") : nil,
        residual: try residual("\(prefix)_rnn_ffn", preNorm: "\(prefix)_rnn")))
  }

  private func selfAttention(_ prefix: String) throws -> SelfAttention {
    SelfAttention(
      queryKeyValue: try stacked(prefix, ["q", "k", "v"]),
      output: options.projectsAttention ? try square(prefix, "o") : nil,
      residual: try residual("\(prefix)_Wo", preNorm: "\(prefix)_Wo"))
  }

  private func crossAttention(_ prefix: String) throws -> CrossAttention {
    CrossAttention(
      query: try square(prefix, "q"), keyValue: try stacked(prefix, ["k", "v"]),
      output: options.projectsAttention ? try square(prefix, "o") : nil,
      residual: try residual("\(prefix)_Wo", preNorm: "\(prefix)_Wo"))
  }

  private func feedForward(_ prefix: String, _ shape: MarianOptions.FeedForward) throws -> FeedForward {
    let products = try (1...shape.depth).map { number in
      try linear(
        "\(prefix)_W\(number)", bias: "\(prefix)_b\(number)", inputs: number == 1 ? dimension : shape.width,
        outputs: number == shape.depth ? dimension : shape.width)
    }
    guard let last = products.last else { throw noProducts(prefix) }
    return FeedForward(
      inner: Array(products.dropLast()), output: last, activation: Activation(options.activation),
      residual: try residual("\(prefix)_ffn", preNorm: "\(prefix)_ffn"))
  }

  private func noProducts(_ prefix: String) -> FileError {
    FileError(file: MarianBinaryFile.optionsItem, item: prefix, found: "no products", expected: "at least one")
  }

  private func residual(_ postNorm: String, preNorm: String) throws -> Residual {
    Residual(
      norm: options.normalizeBefore ? try norm(preNorm, suffix: "_pre") : try norm(postNorm, suffix: ""),
      isPreNorm: options.normalizeBefore)
  }

  // MARK: Tensors

  private func square(_ prefix: String, _ letter: String) throws -> Linear {
    try linear("\(prefix)_W\(letter)", bias: "\(prefix)_b\(letter)", inputs: dimension, outputs: dimension)
  }

  private func stacked(_ prefix: String, _ letters: [String]) throws -> Linear {
    Linear(
      weight: try matrices.stacked(letters.map { "\(prefix)_W\($0)" }, inputs: dimension, outputs: dimension),
      bias: try letters.flatMap { try vector("\(prefix)_b\($0)", count: dimension) })
  }

  private func linear(_ name: String, bias: String, inputs: Int, outputs: Int) throws -> Linear {
    Linear(
      weight: try matrices.stacked([name], inputs: inputs, outputs: outputs), bias: try vector(bias, count: outputs))
  }

  private func norm(_ prefix: String, suffix: String) throws -> LayerNorm {
    LayerNorm(
      scale: try vector("\(prefix)_ln_scale\(suffix)", count: dimension),
      shift: try vector("\(prefix)_ln_bias\(suffix)", count: dimension), epsilon: Self.epsilon)
  }

  private func vector(_ name: String, count: Int) throws -> [Float] {
    try tensors.tensor(name).expecting(shape: [1, count]).finiteFloats()
  }

  private func summary() -> ModelSummary {
    let stored = tensors.tensors.filter { !$0.name.hasSuffix("_QuantMultA") }
    var attention: [AttentionKind: AttentionShape] = [
      .encoder: AttentionShape(layers: options.encoderLayers, heads: options.heads),
      .cross: AttentionShape(layers: options.decoderLayers, heads: options.heads),
    ]
    if options.autoregression == .selfAttention {
      attention[.decoder] = AttentionShape(layers: options.decoderLayers, heads: options.heads)
    }
    return ModelSummary(
      architecture: options.autoregression == .selfAttention ? "transformer" : "transformer-ssru",
      precision: matrices.isInt8 ? "int8" : "float32", parameters: stored.reduce(0) { $0 + $1.count },
      bytes: stored.reduce(0) { $0 + matrices.bytes($1) },
      sourceVocabulary: options.sourceVocabularySize, targetVocabulary: options.targetVocabularySize,
      maxPositions: Self.maxPositions, startToken: EmbeddingTable.zeroToken, endToken: Self.endToken, padToken: 0,
      attention: attention)
  }
}

extension Activation {
  fileprivate init(_ named: MarianOptions.Activation) {
    self =
      switch named {
      case .relu: .relu
      case .swish: .swish
      case .gelu: .geluSigmoid
      }
  }
}

/// Marian's matrices as weights. Matrices in 8 bits are used without conversion unless float32 is asked for.
private struct MarianMatrices {
  let tensors: any TensorSource
  /// Type of numbers to multiply with; nil takes the type that each tensor is stored in.
  let precision: Precision?

  /// The type of numbers that float32 tensors are converted to.
  private var floats: Precision { precision ?? .float32 }

  private func staysInteger(_ stored: StoredTensor) -> Bool { stored.type == .intgemm8 && precision != .float32 }

  /// Whether any weights are in 8 bits.
  var isInt8: Bool { precision == .int8 || tensors.tensors.contains(where: staysInteger) }

  /// The bytes of a tensor in memory.
  func bytes(_ stored: StoredTensor) -> Int { staysInteger(stored) ? stored.count : floats.bytes(stored) }

  /// A table of word vectors (rows, columns), stored in the order of its shape.
  func table(_ name: String, rows: Int, columns: Int) throws -> EmbeddingTable {
    let stored = try tensors.tensor(name).expecting(shape: [rows, columns])
    guard staysInteger(stored) else { return try EmbeddingTable(stored, precision: floats) }
    return .int8(try integerTable(stored))
  }

  private func integerTable(_ stored: StoredTensor) throws -> Int8Table {
    let quantized = try stored.quantized()
    let integers = try FileBytes(stored.file, quantized.integers.range)
    guard let base = integers.bytes.baseAddress else {
      throw FileError(file: stored.file.path, item: stored.name, found: "no rows", expected: "at least one")
    }
    return Int8Table(
      viewing: base.assumingMemoryBound(to: Int8.self), rows: quantized.rows, columns: quantized.columns,
      step: 1 / quantized.multiplier, owner: integers)
  }

  /// A table (rows, columns) as an output layer's weights.
  func weight(
    table name: String, rows: Int, columns: Int, activations: Int8Weight.Activations
  ) throws -> Linear.Weight {
    let stored = try tensors.tensor(name).expecting(shape: [rows, columns])
    guard staysInteger(stored) else { return try floats.weight([stored]) }
    return weight(of: try integerTable(stored), activations: activations)
  }

  private func weight(of table: Int8Table, activations: Int8Weight.Activations) -> Linear.Weight {
    .int8(
      Int8Weight(
        integers: table.base, inputs: table.columns, outputs: table.rows,
        scales: Array(repeating: table.step, count: table.rows), activations: activations))
  }

  /// A table of word vectors (rows, columns) that is the output layer's weights too.
  func tied(
    _ name: String, rows: Int, columns: Int, activations: Int8Weight.Activations, bias: [Float]
  ) throws -> (EmbeddingTable, OutputLayer) {
    let stored = try tensors.tensor(name).expecting(shape: [rows, columns])
    guard staysInteger(stored) else { return try OutputLayer.tied(stored, precision: floats, bias: bias) }
    let table = try integerTable(stored)
    return (.int8(table), .whole(Linear(weight: weight(of: table, activations: activations), bias: bias)))
  }

  /// Matrices [inputs, outputs] with one input, as one product with their outputs side by side.
  func stacked(_ names: [String], inputs: Int, outputs: Int) throws -> Linear.Weight {
    let stored = try names.map { try tensors.tensor($0).expecting(shape: [inputs, outputs]) }
    guard stored.allSatisfy(staysInteger) else { return try floats.weight(stored, transposed: true) }
    return .int8(try integers(stored, inputs: inputs, outputs: outputs))
  }

  private func integers(_ stored: [StoredTensor], inputs: Int, outputs: Int) throws -> Int8Weight {
    let parts = try stored.map { try $0.quantized() }
    var all: [Int8] = []
    all.reserveCapacity(parts.count * inputs * outputs)
    for part in parts { try part.integers.withBytes { all.append(contentsOf: $0.bindMemory(to: Int8.self)) } }
    return Int8Weight(
      integers: all, inputs: inputs, outputs: parts.count * outputs,
      scales: parts.flatMap { Array(repeating: 1 / $0.multiplier, count: outputs) },
      activations: try activations(stored))
  }

  /// The factor that all matrices with one input share; without it, each row of activations has a factor of its own.
  private func activations(_ stored: [StoredTensor]) throws -> Int8Weight.Activations {
    let factors = try stored.map { try tensors.activationMultiplier($0.name) }
    guard let first = factors.first, let factor = first else { return .perRow }
    for (tensor, other) in zip(stored, factors) where other != factor {
      throw FileError(
        file: tensor.file.path, item: "\(tensor.name)_QuantMultA", found: other.map { "\($0)" } ?? "nothing",
        expected: "\(factor), as \(stored[0].name) has it, which meets the same input")
    }
    return .fixed(factor)
  }
}
