import Checkpoint
import Files
import Tensor

/// Binds the variables of CTranslate2's `TransformerSpec` to the layers that use them. Matrices are [outputs, inputs].
/// Names and mathematics are those of CTranslate2's `src/layers/transformer.cc`.
struct CTranslate2Weights {
  private let variables: CTranslate2Variables
  private let settings: CTranslate2Settings
  private let matrices: CTranslate2Matrices
  /// The id of the token that the decoder is fed first; nil if no token is named.
  private let startToken: Int32?
  private let endToken: Int32
  private let dimension: Int  // D
  private let sourceVocabulary: Int
  private let targetVocabulary: Int

  /// The most tokens of a sentence if no table of positions limits them.
  private static let unlimitedPositions = 1024
  private static let maxHeads = 256
  private static let maxDistance = 1024

  /// - Parameters:
  ///   - tokens: ids of the start and the end of a translation.
  ///   - precision: type of numbers to multiply with; nil takes the type that each matrix is stored in.
  /// - Throws: `FileError` if the tables of words are missing or of other sizes than the vocabularies.
  init(
    _ file: CTranslate2File, settings: CTranslate2Settings, vocabularies: (source: Int, target: Int),
    tokens: (start: Int32?, end: Int32), precision: Precision?
  ) throws {
    variables = CTranslate2Variables(file)
    self.settings = settings
    matrices = CTranslate2Matrices(variables: variables, precision: precision)
    (startToken, endToken) = tokens
    (sourceVocabulary, targetVocabulary) = vocabularies
    dimension = try variables.matrix("decoder/embeddings/weight").shape[1]
    guard 2...ModelLimits.maxDimension ~= dimension else {
      throw variables.error("decoder/embeddings/weight", "width \(dimension)", "2 to \(ModelLimits.maxDimension)")
    }
  }

  /// - Throws: `FileError` that names the variable that is missing, has another shape, or is not known.
  func load() throws -> TransformerModel {
    // Everything that is as large as the file says, before what is computed.
    let (encoderLayers, encoderHeads) = try encoderLayers()
    let (decoderLayers, decoderHeads) = try decoderLayers()
    let (source, target, output) = try tables()
    let targetPositions = try positions("decoder")
    let sourcePositions = try sharesPositions ? targetPositions : positions("encoder")
    let outputScale = try variables.number("decoder/scale_outputs") ?? 1
    let zeroStart = try flag("decoder", "start_from_zero_embedding", default: false)
    guard let start = zeroStart ? EmbeddingTable.zeroToken : startToken else {
      throw variables.error(
        "decoder_start_token", "nothing", "a token, in config.json or \(CTranslate2Settings.ownName)")
    }
    let weights = TransformerWeights(
      dimension: dimension,
      encoder: TransformerStack(
        embedding: try embedding(source, sourcePositions, side: "encoder"), layers: encoderLayers, heads: encoderHeads,
        finalNorm: try optionalNorm("encoder/layer_norm")),
      decoder: TransformerStack(
        embedding: try embedding(target, targetPositions, side: "decoder"), layers: decoderLayers, heads: decoderHeads,
        finalNorm: try optionalNorm("decoder/layer_norm")),
      output: output, outputScale: outputScale, targetVocabulary: targetVocabulary, endToken: endToken)
    try refuseOthers()
    return TransformerModel(summary: try summary(weights, start: start), weights: weights)
  }

  // MARK: Embeddings and output

  private var sourceTable: String {
    variables.contains("encoder/embeddings_0/weight") ? "encoder/embeddings_0/weight" : "encoder/embeddings/weight"
  }

  private func tables() throws -> (source: EmbeddingTable, target: EmbeddingTable, output: OutputLayer) {
    let words = try matrices.matrix("decoder/embeddings/weight", shape: [targetVocabulary, dimension])
    let last = try matrices.matrix("decoder/projection/weight", shape: [targetVocabulary, dimension])
    let bias = try matrices.bias("decoder/projection/bias", count: targetVocabulary)
    let first = try matrices.matrix(sourceTable, shape: [sourceVocabulary, dimension])
    let target: EmbeddingTable
    let output: OutputLayer
    if words.isSame(as: last) {
      (target, output) = try matrices.tied(words, bias: bias)
    } else {
      target = try matrices.table(words)
      output = .whole(Linear(weight: try matrices.weight([last]), bias: bias))
    }
    return (first.isSame(as: words) ? target : try matrices.table(first), target, output)
  }

  private func embedding(_ table: EmbeddingTable, _ positions: PositionVectors, side: String) throws -> Embedding {
    Embedding(
      table: table, positions: positions, scale: try embeddingScale(side),
      norm: try optionalNorm("\(side)/layernorm_embedding"))
  }

  /// A flag for √D or 1, in newer files the factor itself.
  private func embeddingScale(_ side: String) throws -> Float {
    let name = ["\(side)/scale_embeddings", "\(side)/embeddings/multiply_by_sqrt_depth"].first(
      where: variables.contains)
    let customary = Float(dimension).squareRoot()
    guard let name, let number = try variables.number(name) else { return customary }
    if try variables.tensor(name).type == .int8 { return number == 0 ? 1 : customary }
    return number
  }

  /// The stored positions, or without them OpenNMT-tf's sinusoids, whose first position is 1.
  private func positions(_ side: String) throws -> PositionVectors {
    let name = "\(side)/position_encodings/encodings"
    guard !hasRelativePositions(side) else {
      variables.passOver(name)
      return .none(dimension)
    }
    guard variables.contains(name) else {
      guard dimension.isMultiple(of: 2), dimension > 2 else {
        throw variables.error(name, "nothing", "positions, as \(dimension) is no width for sine and cosine halves")
      }
      return .table(
        SinusoidalPositions.table(
          positions: Self.unlimitedPositions, dimension: dimension, spread: .endpoints, first: 1))
    }
    let stored = try variables.matrix(name)
    guard 2...ModelLimits.maxPositions ~= stored.shape[0], stored.shape[1] == dimension else {
      throw variables.error(
        name, "shape \(stored.shape)", "2 to \(ModelLimits.maxPositions) positions of width \(dimension)")
    }
    return .table(try stored.matrix())
  }

  /// Whether both sides have one table of positions under two names.
  private var sharesPositions: Bool {
    get throws {
      let names = ["encoder", "decoder"].map { "\($0)/position_encodings/encodings" }
      guard names.allSatisfy(variables.contains), !hasRelativePositions("encoder"), !hasRelativePositions("decoder")
      else { return false }
      return try variables.matrix(names[0]).isSame(as: variables.matrix(names[1]))
    }
  }

  private func hasRelativePositions(_ side: String) -> Bool {
    let own = "\(side)/layer_0/self_attention"
    return variables.contains("\(own)/relative_position_keys") || variables.contains("\(own)/relative_attention_bias")
  }

  // MARK: Layers

  private func encoderLayers() throws -> ([EncoderLayer], AttentionHeads) {
    let stack = try StackSettings(self, side: "encoder")
    let layers = try stack.prefixes.map { prefix in
      EncoderLayer(
        selfAttention: try selfAttention("\(prefix)/self_attention", stack),
        feedForward: try feedForward("\(prefix)/ffn", stack))
    }
    return (layers, stack.heads)
  }

  private func decoderLayers() throws -> ([DecoderLayer], AttentionHeads) {
    let stack = try StackSettings(self, side: "decoder")
    let layers = try stack.prefixes.map { prefix in
      DecoderLayer(
        past: .attention(try selfAttention("\(prefix)/self_attention", stack)),
        crossAttention: try crossAttention("\(prefix)/attention", stack),
        feedForward: try feedForward("\(prefix)/ffn", stack))
    }
    return (layers, stack.heads)
  }

  /// Relative positions that layers share, by the parts of the file that they were made of.
  private final class SharedPositions {
    private var known: [[Range<Int>]: RelativePositions] = [:]

    func positions(of parts: [Range<Int>], make: () throws -> RelativePositions) throws -> RelativePositions {
      if let shared = known[parts] { return shared }
      let positions = try make()
      known[parts] = positions
      return positions
    }
  }

  /// The parts of a side that all of its layers share.
  private struct StackSettings {
    let side: String
    let heads: AttentionHeads
    let activation: Activation
    let isPreNorm: Bool
    let shared = SharedPositions()
    /// Starts of the names of each layer.
    let prefixes: [String]

    init(_ weights: CTranslate2Weights, side: String) throws {
      self.side = side
      let variables = weights.variables
      let count = variables.layers(side)
      guard 1...ModelLimits.maxLayers ~= count else {
        throw variables.error("\(side)/layer_0", "\(count) layers", "1 to \(ModelLimits.maxLayers)")
      }
      prefixes = (0..<count).map { "\(side)/layer_\($0)" }
      let first = "\(side)/layer_0/self_attention"
      let heads = Int(
        try weights.attribute(side, "num_heads") ?? (variables.specification == "TransformerBig" ? 16 : 8))
      let width = try variables.matrix("\(first)/linear_0/weight").shape[0] / 3
      guard 1...CTranslate2Weights.maxHeads ~= heads, width > 0, width.isMultiple(of: heads),
        width <= ModelLimits.maxDimension
      else {
        throw variables.error(
          "\(side)/num_heads", "\(heads) heads of width \(width) together", "a divisor of the width")
      }
      self.heads = AttentionHeads(
        count: heads, width: width / heads, scale: try weights.scoreScale(first, heads: heads))
      activation = try weights.activation(side)
      isPreNorm = try weights.flag(side, "pre_norm", default: true)
    }
  }

  private func selfAttention(_ prefix: String, _ stack: StackSettings) throws -> SelfAttention {
    let width = stack.heads.total
    try checkScale(prefix, stack)
    return SelfAttention(
      queryKeyValue: try matrices.linear("\(prefix)/linear_0", outputs: 3 * width, inputs: dimension),
      output: try matrices.linear("\(prefix)/linear_1", outputs: dimension, inputs: width),
      residual: try residual(prefix, stack), relative: try relativePositions(prefix, stack))
  }

  private func crossAttention(_ prefix: String, _ stack: StackSettings) throws -> CrossAttention {
    let width = stack.heads.total
    try checkScale(prefix, stack)
    return CrossAttention(
      query: try matrices.linear("\(prefix)/linear_0", outputs: width, inputs: dimension),
      keyValue: try matrices.linear("\(prefix)/linear_1", outputs: 2 * width, inputs: dimension),
      output: try matrices.linear("\(prefix)/linear_2", outputs: dimension, inputs: width),
      residual: try residual(prefix, stack))
  }

  private func feedForward(_ prefix: String, _ stack: StackSettings) throws -> FeedForward {
    let width = try variables.matrix("\(prefix)/linear_0/weight").shape[0]
    guard 1...ModelLimits.maxFeedForward ~= width else {
      throw variables.error("\(prefix)/linear_0/weight", "\(width) rows", "1 to \(ModelLimits.maxFeedForward)")
    }
    let isGated = variables.contains("\(prefix)/linear_0_noact/weight")
    let parts = ["\(prefix)/linear_0"] + (isGated ? ["\(prefix)/linear_0_noact"] : [])
    return FeedForward(
      inner: [try matrices.linear(stacking: parts, outputs: width, inputs: dimension)],
      output: try matrices.linear("\(prefix)/linear_1", outputs: dimension, inputs: width),
      activation: stack.activation, residual: try residual(prefix, stack), isGated: isGated)
  }

  private func relativePositions(_ prefix: String, _ stack: StackSettings) throws -> RelativePositions? {
    if variables.contains("\(prefix)/relative_attention_bias") { return try biases(prefix, stack) }
    guard variables.contains("\(prefix)/relative_position_keys") else { return nil }
    let keys = try variables.matrix("\(prefix)/relative_position_keys")
    let rows = keys.shape[0]
    guard !rows.isMultiple(of: 2), rows < 2 * Self.maxDistance, keys.shape[1] == stack.heads.width else {
      throw variables.error(
        keys.name, "shape \(keys.shape)", "an odd number of vectors of width \(stack.heads.width)")
    }
    let values = try variables.matrix("\(prefix)/relative_position_values").expecting(shape: keys.shape)
    return try stack.shared.positions(of: [keys.range, values.range]) {
      .vectors(DistanceVectors(keys: try keys.matrix(), values: try values.matrix(), scale: stack.heads.scale))
    }
  }

  private func biases(_ prefix: String, _ stack: StackSettings) throws -> RelativePositions {
    let buckets = try variables.matrix("\(prefix)/relative_attention_bias")
    guard 4...Self.maxDistance ~= buckets.shape[0], buckets.shape[1] == stack.heads.count else {
      throw variables.error(buckets.name, "shape \(buckets.shape)", "4 buckets or more of \(stack.heads.count) heads")
    }
    let name = "\(prefix)/relative_attention_max_distance"
    let distance = try variables.number(name)
    let first = try variables.number("\(stack.side)/layer_0/self_attention/relative_attention_max_distance")
    guard let distance, 1...Float(Self.maxDistance) ~= distance, distance == first else {
      throw variables.error(
        name, distance.map { "\($0)" } ?? "nothing", "1 to \(Self.maxDistance), the same in all layers of a side")
    }
    return try stack.shared.positions(of: [buckets.range]) {
      .biases(
        DistanceBiases(
          buckets: try buckets.matrix(), maxDistance: Int(distance), isBidirectional: stack.side == "encoder"))
    }
  }

  private func residual(_ prefix: String, _ stack: StackSettings) throws -> Residual {
    Residual(norm: try norm("\(prefix)/layer_norm"), isPreNorm: stack.isPreNorm)
  }

  private func optionalNorm(_ prefix: String) throws -> LayerNorm? {
    variables.contains("\(prefix)/gamma") ? try norm(prefix) : nil
  }

  private func norm(_ prefix: String) throws -> LayerNorm {
    let scale = try variables.tensor("\(prefix)/gamma").expecting(shape: [dimension]).finiteFloats()
    let shift =
      variables.contains("\(prefix)/beta")
      ? try variables.tensor("\(prefix)/beta").expecting(shape: [dimension]).finiteFloats() : nil
    return LayerNorm(scale: scale, shift: shift, epsilon: settings.layerNormEpsilon ?? (shift == nil ? 1e-6 : 1e-5))
  }

  // MARK: Attributes

  /// A number of one side; files of revision 3 have one for both sides.
  private func attribute(_ side: String, _ name: String) throws -> Float? {
    for name in ["\(side)/\(name)", name] where variables.contains(name) { return try variables.number(name) }
    return nil
  }

  private func flag(_ side: String, _ name: String, default fallback: Bool) throws -> Bool {
    guard let number = try attribute(side, name) else { return fallback }
    guard number == 0 || number == 1 else { throw variables.error("\(side)/\(name)", "\(number)", "0 or 1") }
    return number == 1
  }

  private func activation(_ side: String) throws -> Activation {
    let kinds: [Activation] = [.relu, .geluTanh, .swish, .gelu, .geluSigmoid, .tanh, .sigmoid]
    let code = try attribute(side, "activation") ?? 0
    guard let index = Int(exactly: code), kinds.indices.contains(index) else {
      throw variables.error("\(side)/activation", "\(code)", "0 to \(kinds.count - 1)")
    }
    return kinds[index]
  }

  private func scoreScale(_ prefix: String, heads: Int) throws -> Float {
    let scale = try variables.number("\(prefix)/queries_scale") ?? 1 / (Float(dimension) / Float(heads)).squareRoot()
    guard scale.isFinite, scale != 0 else { throw variables.error("\(prefix)/queries_scale", "\(scale)", "a number") }
    return scale
  }

  private func checkScale(_ prefix: String, _ stack: StackSettings) throws {
    let scale = try scoreScale(prefix, heads: stack.heads.count)
    guard scale == stack.heads.scale else {
      throw variables.error(
        "\(prefix)/queries_scale", "\(scale)", "\(stack.heads.scale), as all attention of the \(stack.side) has it")
    }
  }

  // MARK: Other variables

  /// Attributes that must be 0, and those that mean something only beside them or beside features of words.
  private static let neutral = ["alibi", "multi_query_attention"]
  private static let ignored = [
    "alibi_use_positive_positions", "scale_alibi", "embeddings_merge", "alignment_heads", "alignment_layer",
    "with_relative_position", "start_from_zero_embedding",
  ]

  private func refuseOthers() throws {
    for prefix in ["encoder/", "decoder/", ""] {
      for name in Self.neutral where variables.contains(prefix + name) {
        guard try variables.number(prefix + name) == 0 else {
          throw variables.error(prefix + name, "another value", "0: the other is not supported")
        }
      }
      for name in Self.ignored { variables.passOver(prefix + name) }
    }
    for name in CTranslate2Settings.embeddedNames { variables.passOver(name) }
    if let name = variables.unread.min() {
      throw variables.error(name, "a variable of other networks", "the variables of a TransformerSpec")
    }
  }

  private func summary(_ weights: TransformerWeights, start: Int32) throws -> ModelSummary {
    func shape(_ layers: Int, _ heads: AttentionHeads) -> AttentionShape {
      AttentionShape(layers: layers, heads: heads.count)
    }
    let stored = variables.weights
    let positions = [weights.encoder.embedding.positions, weights.decoder.embedding.positions]
    return ModelSummary(
      architecture: "transformer", precision: matrices.isInt8 ? "int8" : "float32",
      parameters: stored.reduce(0) { $0 + $1.count }, bytes: stored.reduce(0) { $0 + matrices.bytes($1) },
      sourceVocabulary: sourceVocabulary, targetVocabulary: targetVocabulary,
      maxPositions: positions.compactMap(\.count).min() ?? Self.unlimitedPositions, startToken: start,
      endToken: endToken, padToken: 0,
      attention: [
        .encoder: shape(weights.encoder.layers.count, weights.encoder.heads),
        .decoder: shape(weights.decoder.layers.count, weights.decoder.heads),
        .cross: shape(weights.decoder.layers.count, weights.decoder.heads),
      ])
  }
}

extension PositionVectors {
  /// Number of positions; nil if there is no limit.
  fileprivate var count: Int? {
    if case .table(let matrix) = self { matrix.rows } else { nil }
  }
}
