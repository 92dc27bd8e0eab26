import Files

/// The tensors that a state dictionary's pickle names, each found in its storage and checked against its size.
struct PyTorchStateDictionary {
  private(set) var tensors: [StoredTensor] = []
  private let reader: PickleReader
  private let archive: PyTorchArchive
  private let file: InputFile

  init(_ reader: PickleReader, _ archive: PyTorchArchive, _ file: InputFile) throws(FileError) {
    self.reader = reader
    self.archive = archive
    self.file = file
    guard case .dictionary(let table) = reader.root else {
      throw error("data.pkl", "\(reader.root.kind)", "a dictionary of tensors")
    }
    let pairs = reader.machine.tables[table]
    tensors.reserveCapacity(pairs.count / 2)
    for position in stride(from: 0, to: pairs.count - 1, by: 2) {
      tensors.append(try tensor(key: pairs[position], value: pairs[position + 1]))
    }
  }

  private func tensor(key: PickleValue, value: PickleValue) throws(FileError) -> StoredTensor {
    guard let name = reader.text(key) else { throw error("data.pkl", "\(key.kind) as a name", "a string") }
    guard case .tensor(let position) = value else { throw error(name, value.kind, "a tensor") }
    let tensor = reader.machine.tensors[position]
    let storage = reader.machine.storages[tensor.storage]
    let elements = try range(of: storage, name)
    guard let count = ElementCount.of(tensor.shape), Self.isContiguous(tensor) else {
      throw error(
        name, "size \(tensor.shape) with strides \(tensor.strides)", "a contiguous tensor: strides of its own size")
    }
    let (end, overflow) = tensor.offset.addingReportingOverflow(count)
    guard !overflow, end <= storage.count else {
      throw error(name, "\(count) elements at \(tensor.offset)", "at most the \(storage.count) of its storage")
    }
    let start = elements.lowerBound + tensor.offset * storage.type.size
    return StoredTensor(
      name: name, type: storage.type, shape: tensor.shape, file: file,
      range: start..<start + count * storage.type.size)
  }

  /// Bytes of the file; as many as the storage has elements.
  private func range(of storage: PickleStorage, _ name: String) throws(FileError) -> Range<Int> {
    let key = reader.text(storage.key) ?? ""
    guard let range = archive.storage(key) else {
      throw error(name, "no member data/\(key.prefix(80))", "the storage of this tensor")
    }
    let (size, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.size)
    guard !overflow, range.count == size else {
      throw error(
        name, "\(range.count) bytes in data/\(key.prefix(80))", "\(storage.count) of \(storage.type.rawValue)")
    }
    return range
  }

  /// Row-major without gaps; the stride of a dimension of one element says nothing.
  private static func isContiguous(_ tensor: PickleTensor) -> Bool {
    guard !tensor.shape.contains(0) else { return true }
    var expected = 1
    for (dimension, stride) in zip(tensor.shape, tensor.strides).reversed() where dimension != 1 {
      guard stride == expected else { return false }
      expected *= dimension  // within the element count, which fits
    }
    return true
  }

  private func error(_ item: String, _ found: String, _ expected: String) -> FileError {
    FileError(file: file.path, item: item, found: found, expected: expected)
  }
}
