import Glibc

/// A Hugging Face repository of a Marian model as published, without its tokenizer files.
package struct MarianFolder: Sendable {
  package let directory: String
  package let configuration: MarianConfiguration
  package let generation: GenerationConfiguration
  package let tensors: any TensorSource

  /// Reads the configuration and maps the weights; tensors are checked when they are asked for.
  /// - Throws: `CheckpointError`.
  package init(directory: String) throws {
    self.directory = directory
    configuration = try MarianConfiguration(path: directory + "/config.json")
    generation = try GenerationConfiguration(directory: directory, configuration: configuration)
    tensors = try Self.weights(in: directory)
  }

  private static func weights(in directory: String) throws -> any TensorSource {
    let single = directory + "/model.safetensors"
    let index = directory + "/model.safetensors.index.json"
    if exists(single) { return try SafetensorsFile(path: single) }
    if exists(index) { return try ShardedSafetensors(indexPath: index) }
    let pickle = ["pytorch_model.bin", "pytorch_model.bin.index.json"].first { exists(directory + "/" + $0) }
    throw CheckpointError(
      file: directory, item: "model.safetensors",
      found: pickle.map { "only \($0), a pickle, which can run code and is not read" } ?? "no such file",
      expected: "model.safetensors or model.safetensors.index.json")
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
