import Files
import Glibc

/// A Hugging Face repository of a Marian model as published, without its tokenizer files.
package struct MarianFolder: Sendable {
  package let directory: String
  package let configuration: MarianConfiguration
  package let generation: GenerationConfiguration
  package let tensors: any TensorSource

  /// Reads the configuration and maps the weights; tensors are checked when they are asked for.
  /// - Throws: `FileError`.
  package init(directory: String) throws {
    self.directory = directory
    configuration = try MarianConfiguration(path: directory + "/config.json")
    generation = try GenerationConfiguration(directory: directory, configuration: configuration)
    tensors = try Self.weights(in: directory)
  }

  /// Safetensors win over PyTorch's own format, one file over several.
  private static func weights(in directory: String) throws -> any TensorSource {
    let choices: [(file: String, open: (String) throws -> any TensorSource)] = [
      ("model.safetensors", { try SafetensorsFile(path: $0) }),
      ("model.safetensors.index.json", { try ShardedTensors(indexPath: $0, container: .safetensors) }),
      ("pytorch_model.bin", { try PyTorchFile(path: $0) }),
      ("pytorch_model.bin.index.json", { try ShardedTensors(indexPath: $0, container: .pytorch) }),
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
