import Archive
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
    let tensors = try archive.open(folder.pickle, atMost: PickleReader.maxSize).withBytes { pickle in
      let reader = try PickleReader(ByteReader(pickle, file: path))
      var dictionary = PyTorchStateDictionary(reader, folder, archive)
      return try dictionary.tensors()
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

/// The parts of PyTorch's archive.
struct PyTorchArchive {
  let pickle: ZipArchive.Member
  private let storages: [String: ZipArchive.Member]

  init(_ archive: ZipArchive) throws {
    let suffix = "/data.pkl"
    let pickles = archive.members.filter { $0.name.hasSuffix(suffix) && $0.name.filter { $0 == "/" }.count == 1 }
    guard let pickle = pickles.first, pickles.count == 1 else {
      throw FileError(
        file: archive.file.path, item: "data.pkl", found: "\(pickles.count) of them",
        expected: "one, in the archive's only folder")
    }
    self.pickle = pickle
    let folder = pickle.name.dropLast(suffix.count) + "/"
    try Self.checkByteOrder(archive, name: folder + "byteorder")
    let data = folder + "data/"
    storages = Dictionary(
      uniqueKeysWithValues: archive.members.filter { $0.name.hasPrefix(data) }.map {
        (String($0.name.dropFirst(data.count)), $0)
      })
  }

  func storage(_ key: String) -> ZipArchive.Member? { storages[key] }

  /// Refuses another byte order. Old archives have no record of it and are little-endian.
  private static func checkByteOrder(_ archive: ZipArchive, name: String) throws {
    guard let member = archive.member(name) else { return }
    let order = String(decoding: try archive.bytes(of: member, atMost: 16), as: UTF8.self)
    guard order == "little" else {
      throw FileError(file: archive.file.path, item: "byteorder", found: "\"\(order)\"", expected: "\"little\"")
    }
  }
}

/// The tensors that a state dictionary's pickle names, each found in its storage and checked against the storage's size.
struct PyTorchStateDictionary {
  private let reader: PickleReader
  private let parts: PyTorchArchive
  private let archive: ZipArchive
  /// The storages that were opened, by key.
  private var storages: [String: InputFile] = [:]

  init(_ reader: PickleReader, _ parts: PyTorchArchive, _ archive: ZipArchive) {
    self.reader = reader
    self.parts = parts
    self.archive = archive
  }

  mutating func tensors() throws -> [StoredTensor] {
    guard case .dictionary(let table) = reader.root else {
      throw error("data.pkl", "\(reader.root.kind)", "a dictionary of tensors")
    }
    let pairs = reader.machine.tables[table]
    var tensors: [StoredTensor] = []
    tensors.reserveCapacity(pairs.count / 2)
    for position in stride(from: 0, to: pairs.count - 1, by: 2) {
      tensors.append(try tensor(key: pairs[position], value: pairs[position + 1]))
    }
    return tensors
  }

  private mutating func tensor(key: PickleValue, value: PickleValue) throws -> StoredTensor {
    guard let name = reader.text(key) else { throw error("data.pkl", "\(key.kind) as a name", "a string") }
    guard case .tensor(let position) = value else { throw error(name, value.kind, "a tensor") }
    let tensor = reader.machine.tensors[position]
    let storage = reader.machine.storages[tensor.storage]
    let file = try open(storage, name)
    guard let count = ElementCount.of(tensor.shape), Self.isContiguous(tensor) else {
      throw error(
        name, "size \(tensor.shape) with strides \(tensor.strides)", "a contiguous tensor: strides of its own size")
    }
    let (end, overflow) = tensor.offset.addingReportingOverflow(count)
    guard !overflow, end <= storage.count else {
      throw error(name, "\(count) elements at \(tensor.offset)", "at most the \(storage.count) of its storage")
    }
    let start = tensor.offset * storage.type.size
    return StoredTensor(
      name: name, type: storage.type, shape: tensor.shape, file: file,
      range: start..<start + count * storage.type.size)
  }

  /// The elements of a storage, checked to be as many as it has.
  private mutating func open(_ storage: PickleStorage, _ name: String) throws -> InputFile {
    let key = reader.text(storage.key) ?? ""
    guard let member = parts.storage(key) else {
      throw error(name, "no member data/\(key.prefix(80))", "the storage of this tensor")
    }
    let (size, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.size)
    guard !overflow, member.size == size else {
      throw error(
        name, "\(member.size) bytes in data/\(key.prefix(80))", "\(storage.count) of \(storage.type.rawValue)")
    }
    if let file = storages[key] { return file }
    let file = try archive.open(member)
    storages[key] = file
    return file
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
    FileError(file: archive.file.path, item: item, found: found, expected: expected)
  }
}
