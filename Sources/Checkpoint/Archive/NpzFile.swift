import Files

/// A model as an `.npz`: a ZIP archive of NumPy arrays, one a tensor, of Marian's under the names of its `.bin`.
package struct NpzFile: IndexedTensors {
  /// The options are found by name alone.
  let index: TensorIndex

  package enum Shapes: Sendable {
    /// As Marian reads them: arrays of one dimension are [1, n] and scalars [1, 1]; the options stay bytes, [n].
    case matrices
    case asStored
  }

  /// - Throws: `FileError` for the first thing that is wrong with the file, deflated members among them.
  package init(path: String, shapes: Shapes = .matrices) throws {
    let archive = try ZipArchive(path: path)
    index = try TensorIndex(
      archive.members.map { try Self.tensor($0, in: archive.file, shapes) }, unlisted: MarianOptions.item, path: path)
  }

  private static func tensor(
    _ member: ZipArchive.Member, in file: InputFile, _ shapes: Shapes
  ) throws -> StoredTensor {
    guard member.name.hasSuffix(".npy") else {
      throw FileError(file: file.path, item: member.name, found: "another member", expected: "arrays, NAME.npy")
    }
    let name = String(member.name.dropLast(4))
    let header = try file.withBytes(member.range.prefix(NumpyHeader.longest + NumpyHeader.prefix)) { bytes in
      try NumpyHeader(ByteReader(bytes, file: file.path, start: member.range.lowerBound), name: name)
    }
    func error(_ found: String, _ expected: String) -> FileError {
      FileError(file: file.path, item: name, found: found, expected: expected)
    }
    guard !header.shape.contains(0), let size = ElementCount.bytes(header.shape, header.type) else {
      throw error("shape \(header.shape)", "dimensions of 1 or more, and a size that fits 64 bits")
    }
    let data = member.range.lowerBound + header.length..<member.range.upperBound
    guard data.count == size else {
      throw error("\(data.count) bytes of data", "\(size) for \(header.type.rawValue) \(header.shape)")
    }
    let isAsStored = shapes == .asStored || name == MarianOptions.item
    return StoredTensor(
      name: name, type: header.type, shape: isAsStored ? header.shape : matrixShape(header.shape), file: file,
      range: data)
  }

  private static func matrixShape(_ shape: [Int]) -> [Int] {
    shape.count < 2 ? [1, shape.first ?? 1] : shape
  }
}
