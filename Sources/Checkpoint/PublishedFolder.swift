import Files
import Glibc

/// A model as Hugging Face repositories lay it out, without its tokenizer files: `config.json` of one family, how to
/// decode, and weights.
package struct PublishedFolder<Configuration: SequenceConfiguration>: Sendable {
  package let directory: String
  package let configuration: Configuration
  package let generation: GenerationConfiguration
  package let tensors: any TensorSource

  /// Reads the configuration and maps the weights; tensors are checked when they are asked for.
  /// - Throws: `FileError`.
  package init(directory: String) throws {
    self.directory = directory
    configuration = try Configuration(path: directory + "/config.json")
    generation = try GenerationConfiguration(directory: directory, configuration: configuration)
    tensors = try WeightsFile.open(in: directory)
  }
}

package typealias MarianFolder = PublishedFolder<MarianConfiguration>
package typealias RecurrentFolder = PublishedFolder<RecurrentConfiguration>
package typealias ConvolutionalFolder = PublishedFolder<ConvolutionalConfiguration>

/// The weights of a published folder, in whichever container they are.
enum WeightsFile {
  /// Safetensors win over PyTorch's own format, one file over several.
  static func open(in directory: String) throws -> any TensorSource {
    let choices: [(file: String, open: (String) throws -> any TensorSource)] = [
      ("model.safetensors", { try SafetensorsFile(path: $0) }),
      ("model.safetensors.index.json", { try ShardedTensors(indexPath: $0, container: .safetensors) }),
      ("pytorch_model.bin", { try PyTorchFile(path: $0) }),
      ("pytorch_model.bin.index.json", { try ShardedTensors(indexPath: $0, container: .pytorch) }),
      ("model.npz", { try NpzFile(path: $0, shapes: .asStored) }),
    ]
    guard let choice = choices.first(where: { exists(directory + "/" + $0.file) }) else {
      throw FileError(
        file: directory, item: "weights", found: "no such file",
        expected: "one of \(choices.map(\.file).joined(separator: ", "))")
    }
    return try choice.open(directory + "/" + choice.file)
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
