import Files

/// Tensors by name, in the order of their file.
struct TensorIndex: Sendable {
  let tensors: [StoredTensor]
  private let path: String
  private let named: [String: StoredTensor]

  /// - Parameter unlisted: a name that is found, but not among `tensors`.
  /// - Throws: `FileError` where two tensors have one name.
  init(_ stored: [StoredTensor], unlisted: String? = nil, path: String) throws(FileError) {
    tensors = stored.filter { $0.name != unlisted }
    self.path = path
    var named: [String: StoredTensor] = [:]
    named.reserveCapacity(stored.count)
    for tensor in stored {
      guard named.updateValue(tensor, forKey: tensor.name) == nil else {
        throw FileError(file: path, item: tensor.name, found: "the name twice", expected: "every name once")
      }
    }
    self.named = named
  }

  func contains(_ name: String) -> Bool { named[name] != nil }

  func tensor(_ name: String) throws(FileError) -> StoredTensor {
    guard let tensor = named[name] else {
      throw FileError(file: path, item: name, found: "no such tensor", expected: "a tensor of that name")
    }
    return tensor
  }
}
