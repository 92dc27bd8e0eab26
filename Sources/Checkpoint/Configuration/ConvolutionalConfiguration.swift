import Files

/// What `config.json` of a convolutional encoder-decoder says about the mathematics (Gehring et al. 2017).
package struct ConvolutionalConfiguration: OwnConfiguration, Equatable {
  package static let family = "dragoman-convolutional"

  package var embeddingSize: Int  // E
  package var channels: Int  // C
  package var encoderLayers: Int
  package var decoderLayers: Int
  /// Positions that a convolution sees; odd.
  package var kernelSize: Int  // W
  package var maxPositions: Int
  package var vocabulary: SequenceVocabulary

  package init(path: String) throws { try self.init(ConfigurationFile(path: path)) }

  init(_ file: ConfigurationFile) throws {
    try file.expectFamily(Self.family)
    let sizes = 1...MarianConfiguration.largestDimension
    embeddingSize = try file.integer("embedding_size", in: sizes)
    channels = try file.integer("channels", in: sizes)
    encoderLayers = try file.integer("encoder_layers", in: 1...MarianConfiguration.mostLayers)
    decoderLayers = try file.integer("decoder_layers", in: 1...MarianConfiguration.mostLayers)
    kernelSize = try file.integer("kernel_size", in: 1...Self.widestKernel)
    guard !kernelSize.isMultiple(of: 2) else {
      throw file.error("kernel_size", found: "\(kernelSize)", expected: "an odd number")
    }
    maxPositions = try file.integer("max_position_embeddings", in: 2...MarianConfiguration.mostPositions)
    vocabulary = try SequenceVocabulary(file)
    guard file["tensor_names"] == nil else {
      throw file.error(
        "tensor_names", found: file.found("tensor_names"), expected: "nothing: recurrent models alone have other names")
    }
  }

  private static let widestKernel = 63
}
