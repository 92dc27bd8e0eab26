import Checkpoint
import Files
import Tokenization

/// A Hugging Face folder of M2M-100 (Fan et al. 2020, arXiv:2010.11125), and of the models with its network: NLLB-200,
/// SMaLL-100 and WMT21's.
package struct M2M100Format: BARTFormat {
  static let family = "m2m_100"

  let folder: ModelFolder
  package let configuration: BARTConfiguration
  package let generation: GenerationConfiguration
  package let tensors: any TensorSource

  /// Layers of SMaLL-100's decoder. Published copies do not say otherwise what they are.
  private static let smallDecoderLayers = 3

  package init(_ folder: ModelFolder) throws {
    self.folder = folder
    configuration = try BARTConfiguration(
      multilingual: folder.requiredConfiguration(), family: Self.family, learnsPositions: false)
    generation = try GenerationConfiguration(folder, configuration: configuration)
    tensors = try PublishedWeights.open(in: folder)
  }

  package func loadTokenizer() throws -> any Tokenizer {
    try PublishedTokenizer.openM2M(folder, isSmall: configuration.decoder.layers == Self.smallDecoderLayers)
  }
}
