/// Tensors by name, in the order of their file.
struct TensorIndex: Sendable {
  let tensors: [StoredTensor]
  private let path: String
  private let positions: [String: Int]

  /// - Throws: `CheckpointError` where two tensors have one name.
  init(_ tensors: [StoredTensor], path: String) throws(CheckpointError) {
    self.tensors = tensors
    self.path = path
    var positions: [String: Int] = [:]
    positions.reserveCapacity(tensors.count)
    for (position, tensor) in tensors.enumerated() {
      guard positions.updateValue(position, forKey: tensor.name) == nil else {
        throw CheckpointError(file: path, item: tensor.name, found: "the name twice", expected: "every name once")
      }
    }
    self.positions = positions
  }

  func contains(_ name: String) -> Bool { positions[name] != nil }

  func tensor(_ name: String) throws(CheckpointError) -> StoredTensor {
    guard let position = positions[name] else {
      throw CheckpointError(file: path, item: name, found: "no such tensor", expected: "a tensor of that name")
    }
    return tensors[position]
  }
}
