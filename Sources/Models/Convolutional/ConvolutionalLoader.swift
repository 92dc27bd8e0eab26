import Checkpoint
import Tensor

/// Binds a convolutional folder's tensors to the layers that use them; convolutions are as in PyTorch's `nn.Conv1d`.
struct ConvolutionalLoader {
  private let configuration: ConvolutionalConfiguration
  private let tensors: SequenceTensors

  init(_ folder: ConvolutionalFolder, precision: Precision?) throws {
    configuration = folder.configuration
    tensors = try SequenceTensors(folder, precision: precision)
  }

  /// - Throws: `FileError` naming the tensor that is missing or has another shape.
  func load() throws -> SequenceModel {
    let weights = try weights()
    let width = configuration.embeddingSize
    return SequenceModel(
      summary: tensors.summary("convolutional", configuration, attentionLayers: configuration.decoderLayers)
    ) {
      SequenceSession(
        ConvolutionalSteps(weights),
        outputs: RowOutputs(
          weights.output, width: width, vocabulary: weights.targetVocabulary, endToken: weights.endToken))
    }
  }

  private func weights() throws -> ConvolutionalWeights {
    let width = configuration.embeddingSize
    let (target, output) = try tensors.target(width: width, outputSize: width)
    let encoder = try (0..<configuration.encoderLayers).map { try convolution("encoder", $0) }
    let decoder = try (0..<configuration.decoderLayers).map(attendingConvolution)
    return ConvolutionalWeights(
      encoder: try stack("encoder", table: try tensors.sourceTable(width: width), encoder),
      decoder: try stack("decoder", table: target, decoder), output: output,
      targetVocabulary: configuration.targetVocabularySize, endToken: configuration.endToken)
  }

  private func stack<Layer>(
    _ side: String, table: EmbeddingTable, _ layers: [Layer]
  ) throws -> ConvolutionalStack<Layer> {
    let (width, channels) = (configuration.embeddingSize, configuration.channels)
    let positions = try tensors.matrix(
      "\(side).position.weight", rows: configuration.maxPositions, columns: width)
    return ConvolutionalStack(
      embedding: Embedding(table: table, positions: try positions.rows().matrix, scale: 1, norm: nil),
      projectIn: try tensors.linear("\(side).project_in", outputs: channels, inputs: width), layers: layers,
      projectOut: try tensors.linear("\(side).project_out", outputs: width, inputs: channels))
  }

  private func attendingConvolution(_ layer: Int) throws -> AttendingConvolution {
    let (width, channels) = (configuration.embeddingSize, configuration.channels)
    return AttendingConvolution(
      convolution: try convolution("decoder", layer),
      query: try tensors.linear("decoder.attention.\(layer).query", outputs: width, inputs: channels),
      out: try tensors.linear("decoder.attention.\(layer).out", outputs: channels, inputs: width))
  }

  /// (2C, C, W) in the file; as one product with a window, (2C, W·C).
  private func convolution(_ side: String, _ layer: Int) throws -> GatedConvolution {
    let name = "\(side).convolutions.\(layer)"
    let (outputs, channels, width) = (2 * configuration.channels, configuration.channels, configuration.kernelSize)
    let stored = try tensors.tensor("\(name).weight", shape: [outputs, channels, width])
    let weight = Matrix(rows: outputs, columns: width * channels) { turned in
      for output in 0..<outputs {
        for channel in 0..<channels {
          for place in 0..<width {
            turned[(output * width + place) * channels + channel] =
              stored[(output * channels + channel) * width + place]
          }
        }
      }
    }
    return GatedConvolution(product: Linear(weight: weight, bias: try tensors.vector("\(name).bias", count: outputs)))
  }
}
