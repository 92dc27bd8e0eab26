import Checkpoint
import Files
import Tensor

/// A folder with a convolutional encoder-decoder, one of Dragoman's own families.
package struct ConvolutionalFormat: PublishedFormat {
  static let family = "dragoman-convolutional"

  let folder: ModelFolder
  package let configuration: ConvolutionalConfiguration
  package let generation: GenerationConfiguration
  package let tensors: any TensorSource

  package init(_ folder: ModelFolder) throws {
    self.folder = folder
    configuration = try ConvolutionalConfiguration(folder.requiredConfiguration())
    generation = try GenerationConfiguration(folder, configuration: configuration)
    tensors = try PublishedWeights.open(in: folder)
  }

  package func loadModel(_ preferences: ModelPreferences) throws -> any TranslationModel {
    try ConvolutionalBinding(self, precision: preferences.precision).load()
  }

  package var settings: [(name: String, value: String)] {
    [
      ("embeddingSize", "\(configuration.embeddingSize)"),
      ("channels", "\(configuration.channels)"),
      ("encoder", "\(configuration.encoderLayers) layers"),
      ("decoder", "\(configuration.decoderLayers) layers"),
      ("kernelSize", "\(configuration.kernelSize)"),
      ("maxPositions", "\(configuration.maxPositions)"),
    ] + configuration.vocabulary.settings
  }
}

// MARK: - Configuration

/// The mathematics of a convolutional encoder-decoder (Gehring et al. 2017), from `config.json`.
package struct ConvolutionalConfiguration: SequenceConfiguration, Equatable {
  package var embeddingSize: Int  // E
  package var channels: Int  // C
  package var encoderLayers: Int
  package var decoderLayers: Int
  /// Number of positions that a convolution sees; odd.
  package var kernelSize: Int  // W
  package var maxPositions: Int
  package var vocabulary: SequenceVocabulary

  /// - Parameter file: `config.json`
  /// - Throws: `FileError` that names the key that is missing or wrong.
  package init(_ file: ConfigurationFile) throws {
    try file.expectFamily(ConvolutionalFormat.family)
    let sizes = 1...ModelLimits.maxDimension
    embeddingSize = try file.integer("embedding_size", in: sizes)
    channels = try file.integer("channels", in: sizes)
    encoderLayers = try file.integer("encoder_layers", in: 1...ModelLimits.maxLayers)
    decoderLayers = try file.integer("decoder_layers", in: 1...ModelLimits.maxLayers)
    kernelSize = try file.integer("kernel_size", in: 1...Self.maxKernel)
    guard !kernelSize.isMultiple(of: 2) else {
      throw file.error("kernel_size", found: "\(kernelSize)", expected: "an odd number")
    }
    maxPositions = try file.integer("max_position_embeddings", in: 2...ModelLimits.maxPositions)
    vocabulary = try SequenceVocabulary(file)
    guard file["tensor_names"] == nil else {
      throw file.error(
        "tensor_names", found: file.found("tensor_names"), expected: "nothing: recurrent models alone have other names")
    }
  }

  private static let maxKernel = 63
}

// MARK: - Weights

/// Binds a convolutional folder's tensors to the layers that use them; convolutions are those of PyTorch's `nn.Conv1d`.
private struct ConvolutionalBinding {
  private let configuration: ConvolutionalConfiguration
  private let tensors: SequenceTensors

  init(_ format: ConvolutionalFormat, precision: Precision?) throws {
    configuration = format.configuration
    tensors = try SequenceTensors(format, precision: precision)
  }

  /// - Throws: `FileError` that names the tensor that is missing or has another shape.
  func load() throws -> SequenceModel {
    let weights = try weights()
    let width = configuration.embeddingSize
    return SequenceModel(
      summary: tensors.summary("convolutional", configuration, attentionLayers: configuration.decoderLayers),
      output: weights.output
    ) {
      SequenceSession(
        ConvolutionalSteps(weights),
        outputs: OutputReader(
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
      embedding: Embedding(table: table, positions: .table(try positions.matrix()), scale: 1, norm: nil),
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

  /// Reads a convolution, (2C, C, W) in the file, as one product with a window, (2C, W·C).
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
