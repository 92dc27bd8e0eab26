import Files

/// A checkpoint in several files, listed in `model.safetensors.index.json` or `pytorch_model.bin.index.json`:
/// `{"metadata": {…}, "weight_map": {"tensor": "model-00001-of-00002.safetensors", …}}`.
package struct ShardedTensors: TensorSource {
  /// What the files are; the raw value is how their names end.
  package enum Container: String, Sendable {
    case safetensors = ".safetensors"
    case pytorch = ".bin"
  }

  package let tensors: [StoredTensor]
  private let path: String
  private let indices: [String: Int]

  static let mostShards = 1024

  /// - Throws: `FileError` where the index names a file outside its own folder, a shard is missing or broken,
  ///   or index and shards disagree about which tensors there are.
  package init(indexPath: String, container: Container) throws {
    path = indexPath
    let index = try ConfigurationFile(path: indexPath)
    let map = try Self.weightMap(index)
    let shards = Set(map.values).sorted()
    guard shards.count <= Self.mostShards else {
      throw index.error("weight_map", found: "\(shards.count) files", expected: "at most \(Self.mostShards)")
    }
    var tensors: [StoredTensor] = []
    for shard in shards {
      let file = try container.open(try Self.path(of: shard, container, index: index))
      tensors += file.tensors.filter { map[$0.name] == shard }
    }
    self.tensors = tensors
    indices = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
    for (name, shard) in map.sorted(by: { $0.key < $1.key }) where indices[name] == nil {
      throw index.error(name, found: "no such tensor in \(shard)", expected: "the tensor that the index promises")
    }
  }

  package func contains(_ name: String) -> Bool { indices[name] != nil }

  package func tensor(_ name: String) throws -> StoredTensor {
    guard let index = indices[name] else {
      throw FileError(file: path, item: name, found: "no such tensor", expected: "a tensor of that name")
    }
    return tensors[index]
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

  private static func path(of shard: String, _ container: Container, index: ConfigurationFile) throws -> String {
    guard !shard.contains("/"), !shard.contains("\0"), shard.hasSuffix(container.rawValue) else {
      throw index.error(
        "weight_map", found: "\"\(shard.prefix(200))\"",
        expected: "the name of a \(container.rawValue) file beside the index")
    }
    return index.folder + "/" + shard
  }
}

extension ShardedTensors.Container {
  fileprivate func open(_ path: String) throws -> any TensorSource {
    switch self {
    case .safetensors: try SafetensorsFile(path: path)
    case .pytorch: try PyTorchFile(path: path)
    }
  }
}
