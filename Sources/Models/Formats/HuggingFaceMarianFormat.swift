import Checkpoint
import Files

/// A Hugging Face Marian folder, in which OPUS-MT's models are published.
package struct HuggingFaceMarianFormat: BARTFormat {
  static let family = "marian"

  let folder: ModelFolder
  package let configuration: BARTConfiguration
  package let generation: GenerationConfiguration
  package let tensors: any TensorSource

  package init(_ folder: ModelFolder) throws {
    self.folder = folder
    configuration = try BARTConfiguration(folder.requiredConfiguration())
    generation = try GenerationConfiguration(folder, configuration: configuration)
    tensors = try PublishedWeights.open(in: folder)
  }
}
