import Checkpoint
import Tensor

/// Binds a recurrent folder's tensors to the layers that use them. Names, shapes and the order of gates are PyTorch's
/// `nn.RNN`, `nn.GRU` and `nn.LSTM`.
struct RecurrentLoader {
  private let configuration: RecurrentConfiguration
  private let tensors: SequenceTensors

  init(_ folder: RecurrentFolder, precision: Precision?) throws {
    configuration = folder.configuration
    tensors = try SequenceTensors(folder, names: configuration.tensorNames, precision: precision)
  }

  /// - Throws: `FileError` naming the tensor that is missing or has another shape.
  func load() throws -> SequenceModel {
    let weights = try weights()
    try tensors.checkNames()
    let attends = weights.attention != nil
    return SequenceModel(
      summary: tensors.summary(configuration.cell.rawValue, configuration, attentionLayers: attends ? 1 : 0)
    ) {
      SequenceSession(
        RecurrentSteps(weights),
        outputs: RowOutputs(
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

  /// Vectors as they are: no scale, no positions.
  private func embedding(_ table: EmbeddingTable) -> Embedding {
    let none = Matrix(rows: 1, columns: table.dimension) { $0.update(repeating: 0) }
    return Embedding(table: table, positions: none, scale: 1, norm: nil)
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
