import Files

/// A state dictionary that PyTorch saved (`pytorch_model.bin`, PyTorch 1.6 and later).
///
/// A ZIP archive with one folder in it: `data.pkl` describes the tensors, `data/KEY` holds the elements of a storage,
/// `byteorder` says "little". Tensors may share a storage, as tied embeddings do.
package struct PyTorchFile: IndexedTensors {
  let index: TensorIndex

  /// - Throws: `FileError` for the first thing that is wrong with the file.
  package init(path: String) throws {
    try Self.refuseLegacy(path)
    let archive = try ZipArchive(path: path)
    let folder = try PyTorchArchive(archive)
    guard folder.pickle.count <= PickleReader.largest else {
      throw FileError(
        file: path, item: "data.pkl", found: "\(folder.pickle.count) bytes", expected: "at most \(PickleReader.largest)"
      )
    }
    let tensors = try archive.file.withBytes(folder.pickle) { pickle in
      let reader = try PickleReader(ByteReader(pickle, file: path))
      return try PyTorchStateDictionary(reader, folder, archive.file).tensors
    }
    index = try TensorIndex(tensors, path: path)
  }

  /// Before 1.6 PyTorch wrote a bare row of pickles, the first of them a number as magic.
  private static func refuseLegacy(_ path: String) throws {
    let magic: [UInt8] = [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    let file = try InputFile(path: path)
    let isLegacy = try file.withBytes(0..<min(file.count, magic.count + 2)) { $0.dropFirst(2).starts(with: magic) }
    guard !isLegacy else {
      throw FileError(
        file: path, item: "file", found: "PyTorch's format from before version 1.6",
        expected: "its ZIP format: torch.save(torch.load(old, weights_only=True), new)")
    }
  }
}

/// Where the parts of PyTorch's archive lie.
struct PyTorchArchive {
  /// Of the file.
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

  /// Archives from before there was a record of it are little-endian.
  private static func checkByteOrder(_ archive: ZipArchive, name: String) throws {
    guard let member = archive.members.first(where: { $0.name == name }) else { return }
    let start = member.range.prefix(16)
    let order = try archive.file.withBytes(start) { String(decoding: $0, as: UTF8.self) }
    guard order == "little" else {
      throw FileError(file: archive.file.path, item: "byteorder", found: "\"\(order)\"", expected: "\"little\"")
    }
  }
}
