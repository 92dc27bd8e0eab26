import Files

/// A checkpoint in several files, listed in `model.safetensors.index.json` or `pytorch_model.bin.index.json`:
/// `{"metadata": {…}, "weight_map": {"tensor": "model-00001-of-00002.safetensors", …}}`.
package struct ShardedTensors: IndexedTensors {
  /// What the files are; the raw value is how their names end.
  package enum Container: String, Sendable {
    case safetensors = ".safetensors"
    case pytorch = ".bin"
  }

  let index: TensorIndex

  static let mostShards = 1024

  /// - Throws: `FileError` where the index names a file outside its own folder, a shard is missing or broken,
  ///   or index and shards disagree about which tensors there are.
  package init(indexPath: String, container: Container) throws {
    let file = try ConfigurationFile(path: indexPath)
    let map = try Self.weightMap(file)
    let shards = Set(map.values).sorted()
    guard shards.count <= Self.mostShards else {
      throw file.error("weight_map", found: "\(shards.count) files", expected: "at most \(Self.mostShards)")
    }
    var tensors: [StoredTensor] = []
    for shard in shards {
      let source = try container.open(try Self.path(of: shard, container, index: file))
      tensors += source.tensors.filter { map[$0.name] == shard }
    }
    index = try TensorIndex(tensors, path: indexPath)
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
