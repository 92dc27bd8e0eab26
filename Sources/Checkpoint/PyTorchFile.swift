import Files

/// A state dictionary that PyTorch saved (`pytorch_model.bin`, PyTorch 1.6 and later).
///
/// The file is a ZIP archive with one folder in it. `data.pkl` describes the tensors, `data/KEY` holds the elements of a
/// storage, `byteorder` is "little". Tensors can share a storage, as tied embeddings do.
package struct PyTorchFile: IndexedTensors {
  let index: TensorIndex

  package init(path: String) throws { try self.init(InputFile(path: path)) }

  /// - Throws: `FileError` for the first error in the file.
  package init(_ file: InputFile) throws {
    let path = file.path
    try Self.refuseLegacy(file)
    let archive = try ZipArchive(file)
    let folder = try PyTorchArchive(archive)
    guard folder.pickle.count <= PickleReader.maxSize else {
      throw FileError(
        file: path, item: "data.pkl", found: "\(folder.pickle.count) bytes", expected: "at most \(PickleReader.maxSize)"
      )
    }
    let tensors = try archive.file.withBytes(folder.pickle) { pickle in
      let reader = try PickleReader(ByteReader(pickle, file: path))
      return try PyTorchStateDictionary(reader, folder, archive.file).tensors
    }
    index = try TensorIndex(tensors, path: path)
  }

  /// Refuses the format of PyTorch before 1.6: a row of pickles, of which the first is a number as magic.
  private static func refuseLegacy(_ file: InputFile) throws {
    let magic: [UInt8] = [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    let isLegacy = try file.withBytes(0..<min(file.count, magic.count + 2)) { $0.dropFirst(2).starts(with: magic) }
    guard !isLegacy else {
      throw FileError(
        file: file.path, item: "file", found: "PyTorch's format from before version 1.6",
        expected: "its ZIP format: torch.save(torch.load(old, weights_only=True), new)")
    }
  }
}

/// The positions of the parts of PyTorch's archive.
struct PyTorchArchive {
  /// Bytes of the file that hold the pickle.
  let pickle: Range<Int>
  private let storages: [String: Range<Int>]

  init(_ archive: ZipArchive) throws {
    let suffix = "/data.pkl"
    let pickles = archive.members.filter { $0.name.hasSuffix(suffix) && $0.name.filter { $0 == "/" }.count == 1 }
    guard let pickle = pickles.first, pickles.count == 1 else {
      throw FileError(
        file: archive.file.path, item: "data.pkl", found: "\(pickles.count) of them",
        expected: "one, in the archive's only folder")
    }
    self.pickle = pickle.range
    let folder = pickle.name.dropLast(suffix.count) + "/"
    try Self.checkByteOrder(archive, name: folder + "byteorder")
    let data = folder + "data/"
    storages = Dictionary(
      uniqueKeysWithValues: archive.members.filter { $0.name.hasPrefix(data) }.map {
        (String($0.name.dropFirst(data.count)), $0.range)
      })
  }

  func storage(_ key: String) -> Range<Int>? { storages[key] }

  /// Refuses another byte order. Old archives have no record of it and are little-endian.
  private static func checkByteOrder(_ archive: ZipArchive, name: String) throws {
    guard let member = archive.members.first(where: { $0.name == name }) else { return }
    let start = member.range.prefix(16)
    let order = try archive.file.withBytes(start) { String(decoding: $0, as: UTF8.self) }
    guard order == "little" else {
      throw FileError(file: archive.file.path, item: "byteorder", found: "\"\(order)\"", expected: "\"little\"")
    }
  }
}

/// The tensors that a state dictionary's pickle names, each found in its storage and checked against the storage's size.
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

  /// Bytes of the file with the elements of a storage, checked to be as many as it has.
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

  /// Whether a tensor is row-major without gaps. The stride of a dimension of one element means nothing.
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
