import Checkpoint
import Files
import JSON
import Tensor

/// A folder with a recurrent encoder-decoder, one of Dragoman's own families.
package struct RecurrentFormat: PublishedFormat {
  static let family = "dragoman-recurrent"

  let folder: ModelFolder
  package let configuration: RecurrentConfiguration
  package let generation: GenerationConfiguration
  package let tensors: any TensorSource

  package init(_ folder: ModelFolder) throws {
    self.folder = folder
    configuration = try RecurrentConfiguration(folder.requiredConfiguration())
    generation = try GenerationConfiguration(folder, configuration: configuration)
    tensors = try PublishedWeights.open(in: folder)
  }

  package func loadModel(_ preferences: ModelPreferences) throws -> any TranslationModel {
    try RecurrentBinding(self, precision: preferences.precision).load()
  }

  package var settings: [(name: String, value: String)] {
    let attention =
      switch configuration.attention {
      case .none: "none"
      case .additive(let size): "additive, \(size) units"
      case .dot(let feedsInput): feedsInput ? "dot, readout fed back" : "dot"
      case .general(let feedsInput): feedsInput ? "general, readout fed back" : "general"
      }
    let directions = configuration.isBidirectional ? "each way" : "forwards"
    return [
      ("cell", configuration.cell.rawValue),
      ("layers", "\(configuration.layers)"),
      ("embeddingSize", "\(configuration.embeddingSize)"),
      ("encoder", "\(configuration.encoderHiddenSize) \(directions)"),
      ("decoder", "\(configuration.decoderHiddenSize)"),
      ("bridge", configuration.hasBridge ? "linear" : "none"),
      ("attention", attention),
      ("readoutSize", "\(configuration.readoutSize)"),
    ] + configuration.vocabulary.settings
  }
}

// MARK: - Configuration

/// The mathematics of a recurrent encoder-decoder, from `config.json`.
package struct RecurrentConfiguration: SequenceConfiguration, Equatable {
  package enum Cell: String, Sendable, CaseIterable {
    case rnn, gru, lstm

    /// Number of blocks of rows in a cell's matrices.
    package var gates: Int {
      switch self {
      case .rnn: 1
      case .gru: 3
      case .lstm: 4
      }
    }
  }

  package enum Attention: Sendable, Equatable {
    /// The decoder reads nothing of the source except the encoder's last state.
    case none
    /// Bahdanau et al. 2015, over `size` units.
    case additive(size: Int)
    /// Luong et al. 2015. `feedsInput`: the decoder reads its own last readout.
    case dot(feedsInput: Bool)
    case general(feedsInput: Bool)
  }

  package var cell: Cell
  /// Layers of the encoder and of the decoder.
  package var layers: Int
  /// Whether the encoder reads the sentence in both directions.
  package var isBidirectional: Bool
  package var embeddingSize: Int  // E
  /// Width of the encoder's state in one direction.
  package var encoderHiddenSize: Int
  package var decoderHiddenSize: Int  // H
  /// Whether a layer connects the encoder's last states with the decoder's first.
  package var hasBridge: Bool
  package var attention: Attention
  /// Width of the readout; 0 if the output layer reads the decoder's state itself.
  package var readoutSize: Int
  package var vocabulary: SequenceVocabulary
  /// The most tokens of a sentence, though a recurrence has no positions.
  package var maxPositions: Int
  /// Names in the file of tensors that have other names there.
  package var tensorNames: [String: String]

  /// Width of the encoder's output.
  package var memorySize: Int { encoderHiddenSize * (isBidirectional ? 2 : 1) }  // K
  /// Width of the output layer's input.
  package var outputSize: Int { readoutSize > 0 ? readoutSize : decoderHiddenSize }  // R

  /// Whether the decoder reads its last readout.
  package var feedsReadout: Bool {
    switch attention {
    case .none, .additive: false
    case .dot(let feedsInput), .general(let feedsInput): feedsInput
    }
  }

  /// Width of the decoder's first layer's input beside the word's vector.
  package var fedSize: Int {
    if case .additive = attention { return memorySize }
    return feedsReadout ? outputSize : 0
  }

  /// - Parameter file: `config.json`
  /// - Throws: `FileError` that names the key that is missing or wrong.
  package init(_ file: ConfigurationFile) throws {
    try file.expectFamily(RecurrentFormat.family)
    let sizes = 1...ModelLimits.maxDimension
    cell = try file.choice("cell")
    layers = try file.integer("layers", in: 1...ModelLimits.maxLayers)
    isBidirectional = try file.boolean("bidirectional", default: false)
    embeddingSize = try file.integer("embedding_size", in: sizes)
    encoderHiddenSize = try file.integer("encoder_hidden_size", in: sizes)
    decoderHiddenSize = try file.integer("decoder_hidden_size", in: sizes)
    hasBridge = try file.choice("bridge") == Bridge.linear
    attention = try Self.attention(file)
    readoutSize = try file.integer("readout_size", in: 0...ModelLimits.maxDimension)
    vocabulary = try SequenceVocabulary(file)
    maxPositions = try file.integer("max_position_embeddings", in: 2...ModelLimits.maxPositions, default: 1024)
    tensorNames = try Self.tensorNames(file)
    try checkAgreement(file)
  }

  private enum Bridge: String, CaseIterable {
    case linear, none
  }

  private static func attention(_ file: ConfigurationFile) throws -> Attention {
    guard case .object(let members)? = file["attention"] else {
      throw file.error(
        "attention", found: file.found("attention"), expected: "an object with kind, size, input_feeding")
    }
    let feedsInput = members["input_feeding"] == .bool(true)
    switch (members["kind"], members["size"]) {
    case (.string("none"), _) where !feedsInput: return .none
    case (.string("dot"), _): return .dot(feedsInput: feedsInput)
    case (.string("general"), _): return .general(feedsInput: feedsInput)
    case (.string("additive"), .integer(let size)?)
    where !feedsInput && (1...ModelLimits.maxDimension).contains(size):
      return .additive(size: size)
    default:
      throw file.error(
        "attention", found: file.found("attention"),
        expected: "kind none, additive (with a size), dot or general (these two with input_feeding or without)")
    }
  }

  private static func tensorNames(_ file: ConfigurationFile) throws -> [String: String] {
    guard let value = file["tensor_names"] else { return [:] }
    guard case .object(let members) = value else {
      throw file.error("tensor_names", found: value.description, expected: "an object of names")
    }
    return try members.mapValues { value in
      guard case .string(let name) = value else {
        throw file.error("tensor_names", found: value.description, expected: "names of tensors in the file")
      }
      return name
    }
  }

  private func checkAgreement(_ file: ConfigurationFile) throws {
    if !hasBridge, memorySize != decoderHiddenSize {
      throw file.error(
        "bridge", found: "\"none\"",
        expected: "\"linear\", as the encoder's width is \(memorySize) and the decoder's \(decoderHiddenSize)")
    }
    if case .dot = attention, memorySize != decoderHiddenSize {
      throw file.error(
        "attention", found: "dot",
        expected: "general, as the encoder's width is \(memorySize) and the decoder's \(decoderHiddenSize)")
    }
    if vocabulary.tiesOutput, outputSize != embeddingSize {
      throw file.error(
        "readout_size", found: "\(outputSize)",
        expected: "embedding_size, \(embeddingSize), as the output layer is the target's table")
    }
  }
}

extension ConfigurationFile {
  /// A string of which only the values of `Choice` are accepted.
  fileprivate func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) throws -> Choice
  where Choice.RawValue == String {
    let name = try string(key)
    guard let choice = Choice(rawValue: name) else {
      throw error(
        key, found: "\"\(name.prefix(40))\"",
        expected: "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }
}

// MARK: - Weights

/// Binds a recurrent folder's tensors to the layers that use them. Names, shapes and the order of gates are PyTorch's
/// `nn.RNN`, `nn.GRU` and `nn.LSTM`.
private struct RecurrentBinding {
  private let configuration: RecurrentConfiguration
  private let tensors: SequenceTensors

  init(_ format: RecurrentFormat, precision: Precision?) throws {
    configuration = format.configuration
    tensors = try SequenceTensors(format, names: configuration.tensorNames, precision: precision)
  }

  /// - Throws: `FileError` that names the tensor that is missing or has another shape.
  func load() throws -> SequenceModel {
    let weights = try weights()
    try tensors.checkNames()
    let attends = weights.attention != nil
    return SequenceModel(
      summary: tensors.summary(configuration.cell.rawValue, configuration, attentionLayers: attends ? 1 : 0),
      output: weights.output
    ) {
      SequenceSession(
        RecurrentSteps(weights),
        outputs: OutputReader(
          weights.output, width: weights.outputSize, vocabulary: weights.targetVocabulary, endToken: weights.endToken))
    }
  }

  private func weights() throws -> RecurrentWeights {
    let width = configuration.embeddingSize
    let (target, output) = try tensors.target(width: width, outputSize: configuration.outputSize)
    return RecurrentWeights(
      encoder: try encoder(), bridge: configuration.hasBridge ? try (0..<configuration.layers).map(bridge) : nil,
      embedding: embedding(target), decoder: try decoder(), attention: try attention(), readout: try readout(),
      feedsReadout: configuration.feedsReadout, output: output, outputSize: configuration.outputSize,
      targetVocabulary: configuration.targetVocabularySize, endToken: configuration.endToken)
  }

  /// A table of word vectors without scale and positions.
  private func embedding(_ table: EmbeddingTable) -> Embedding {
    Embedding(table: table, positions: .none(table.dimension), scale: 1, norm: nil)
  }

  // MARK: Recurrent layers

  private func encoder() throws -> RecurrentStack {
    let layers = try (0..<configuration.layers).map { layer in
      try (configuration.isBidirectional ? ["", "_reverse"] : [""]).map { direction in
        try cell(
          "encoder", "_l\(layer)\(direction)",
          inputs: layer == 0 ? configuration.embeddingSize : configuration.memorySize,
          size: configuration.encoderHiddenSize)
      }
    }
    return RecurrentStack(
      embedding: embedding(try tensors.sourceTable(width: configuration.embeddingSize)), layers: layers)
  }

  private func decoder() throws -> [RecurrentCell] {
    try (0..<configuration.layers).map { layer in
      try cell(
        "decoder", "_l\(layer)",
        inputs: layer == 0 ? configuration.embeddingSize + configuration.fedSize : configuration.decoderHiddenSize,
        size: configuration.decoderHiddenSize)
    }
  }

  private func cell(_ side: String, _ suffix: String, inputs: Int, size: Int) throws -> RecurrentCell {
    let rows = configuration.cell.gates * size
    let input = try tensors.matrix("\(side).rnn.weight_ih\(suffix)", rows: rows, columns: inputs)
    let hidden = try tensors.matrix("\(side).rnn.weight_hh\(suffix)", rows: rows, columns: size)
    let inputBias = try tensors.vector("\(side).rnn.bias_ih\(suffix)", count: rows)
    var hiddenBias = try tensors.vector("\(side).rnn.bias_hh\(suffix)", count: rows)
    var candidateBias: [Float] = []
    if configuration.cell == .gru {
      candidateBias = Array(hiddenBias[(2 * size)...])
      hiddenBias.replaceSubrange((2 * size)..., with: repeatElement(0, count: size))
    }
    return RecurrentCell(
      kind: configuration.cell, input: try tensors.linear(input, bias: zip(inputBias, hiddenBias).map(+)),
      hidden: try tensors.linear(hidden, bias: [Float](repeating: 0, count: rows)), candidateBias: candidateBias)
  }

  private func bridge(_ layer: Int) throws -> Bridge {
    let (outputs, inputs) = (configuration.decoderHiddenSize, configuration.memorySize)
    return Bridge(
      hidden: try tensors.linear("bridge.hidden.\(layer)", outputs: outputs, inputs: inputs),
      cell: configuration.cell == .lstm
        ? try tensors.linear("bridge.cell.\(layer)", outputs: outputs, inputs: inputs) : nil)
  }

  // MARK: Attention and readout

  private func attention() throws -> SourceAttention? {
    let (memory, state) = (configuration.memorySize, configuration.decoderHiddenSize)
    switch configuration.attention {
    case .none: return nil
    case .dot: return SourceAttention(key: nil, additive: nil)
    case .general:
      let key = try tensors.linear("attention.key", outputs: state, inputs: memory, hasBias: false)
      return SourceAttention(key: key, additive: nil)
    case .additive(let size):
      return SourceAttention(
        key: try tensors.linear("attention.key", outputs: size, inputs: memory),
        additive: SourceAttention.Additive(
          query: try tensors.linear("attention.query", outputs: size, inputs: state, hasBias: false),
          score: try tensors.tensor("attention.score.weight", shape: [1, size])))
    }
  }

  private func readout() throws -> Linear? {
    guard configuration.readoutSize > 0 else { return nil }
    let context = configuration.attention == .none ? 0 : configuration.memorySize
    return try tensors.linear(
      "readout", outputs: configuration.readoutSize, inputs: configuration.decoderHiddenSize + context)
  }
}
