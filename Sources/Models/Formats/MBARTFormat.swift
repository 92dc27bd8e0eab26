import Checkpoint
import Files
import Tokenization

/// A Hugging Face folder of mBART, of 25 languages (Liu et al. 2020, arXiv:2001.08210) or 50 (Tang et al. 2020,
/// arXiv:2008.00401).
package struct MBARTFormat: BARTFormat {
  static let family = "mbart"

  let folder: ModelFolder
  package let configuration: BARTConfiguration
  package let generation: GenerationConfiguration
  package let tensors: any TensorSource

  package init(_ folder: ModelFolder) throws {
    self.folder = folder
    configuration = try BARTConfiguration(
      multilingual: folder.requiredConfiguration(), family: Self.family, learnsPositions: true)
    generation = try GenerationConfiguration(folder, configuration: configuration)
    tensors = try PublishedWeights.open(in: folder)
  }

  package func loadTokenizer() throws -> any Tokenizer {
    try PublishedTokenizer.openMBART(folder, vocabulary: configuration.vocabularySize)
  }
}
