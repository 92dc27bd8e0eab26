import Files

/// The weights of a folder that is laid out as Hugging Face's repositories are, in whichever container they lie.
package enum PublishedWeights {
  /// Opens the weights. Safetensors take precedence over PyTorch's own format, one file over several.
  /// - Throws: `FileError` if the folder has no weights, or a container is broken.
  package static func open(in folder: ModelFolder) throws -> any TensorSource {
    let choices: [(name: String, open: (String) throws -> any TensorSource)] = [
      ("model.safetensors", { try SafetensorsFile(folder.open($0)) }),
      ("model.safetensors.index.json", { try ShardedTensors(index: $0, in: folder, container: .safetensors) }),
      ("pytorch_model.bin", { try PyTorchFile(folder.open($0)) }),
      ("pytorch_model.bin.index.json", { try ShardedTensors(index: $0, in: folder, container: .pytorch) }),
      ("model.npz", { try NpzFile(folder.open($0), shapes: .asStored) }),
    ]
    guard let choice = choices.first(where: { folder.contains($0.name) }) else {
      throw FileError(
        file: folder.directory, item: "weights", found: "no such file",
        expected: "one of \(choices.map(\.name).joined(separator: ", "))")
    }
    return try choice.open(choice.name)
  }
}

/// A checkpoint in several files that are listed in `model.safetensors.index.json` or `pytorch_model.bin.index.json`:
/// `{"metadata": {…}, "weight_map": {"tensor": "model-00001-of-00002.safetensors", …}}`.
package struct ShardedTensors: IndexedTensors {
  /// Format of the files; the raw value is the end of their names.
  package enum Container: String, Sendable {
    case safetensors = ".safetensors"
    case pytorch = ".bin"
  }

  let index: TensorIndex

  private static let maxShards = 1024

  /// - Parameter name: name of the index in the folder.
  /// - Throws: `FileError` if the index names a file outside the folder or a tensor that its shard lacks, or if a shard
  ///   is missing or broken.
  package init(index name: String, in folder: ModelFolder, container: Container) throws {
    let file = try folder.json(name)
    let map = try Self.weightMap(file)
    let shards = Set(map.values).sorted()
    guard shards.count <= Self.maxShards else {
      throw file.error("weight_map", found: "\(shards.count) files", expected: "at most \(Self.maxShards)")
    }
    var tensors: [StoredTensor] = []
    for shard in shards {
      try Self.checkName(shard, container, index: file)
      let source = try container.open(folder.open(shard))
      tensors += source.tensors.filter { map[$0.name] == shard }
    }
    index = try TensorIndex(tensors, path: file.path)
    for (name, shard) in map.sorted(by: { $0.key < $1.key }) where !index.contains(name) {
      throw file.error(name, found: "no such tensor in \(shard)", expected: "the tensor that the index promises")
    }
  }

  private static func weightMap(_ index: ConfigurationFile) throws -> [String: String] {
    guard case .object(let members)? = index["weight_map"] else {
      throw index.error("weight_map", found: index.found("weight_map"), expected: "an object of tensor names and files")
    }
    return try members.mapValues { value in
      guard case .string(let shard) = value else {
        throw index.error("weight_map", found: value.description, expected: "the name of a file")
      }
      return shard
    }
  }

  private static func checkName(_ shard: String, _ container: Container, index: ConfigurationFile) throws {
    guard !shard.contains("/"), !shard.contains("\0"), shard.hasSuffix(container.rawValue) else {
      throw index.error(
        "weight_map", found: "\"\(shard.prefix(200))\"",
        expected: "the name of a \(container.rawValue) file beside the index")
    }
  }
}

extension ShardedTensors.Container {
  fileprivate func open(_ file: InputFile) throws -> any TensorSource {
    switch self {
    case .safetensors: try SafetensorsFile(file)
    case .pytorch: try PyTorchFile(file)
    }
  }
}
