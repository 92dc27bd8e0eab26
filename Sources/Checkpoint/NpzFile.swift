import Archive
import Files

/// A model as an `.npz`: a ZIP archive of NumPy arrays, one per tensor. Marian's have the names of its `.bin`.
package struct NpzFile: IndexedTensors {
  /// The tensors; the options are found by name alone.
  let index: TensorIndex

  package enum Shapes: Sendable {
    /// Matrices, which Marian reads: an array of one dimension is [1, n] and a scalar [1, 1]. The options stay bytes, [n].
    case matrices
    case asStored
  }

  package init(path: String, shapes: Shapes = .matrices) throws { try self.init(InputFile(path: path), shapes: shapes) }

  /// - Throws: `FileError` for the first error in the file.
  package init(_ file: InputFile, shapes: Shapes = .matrices) throws {
    let archive = try ZipArchive(file)
    index = try TensorIndex(
      archive.members.map { try Self.tensor($0, in: archive, shapes) }, unlisted: MarianBinaryFile.optionsItem,
      path: file.path)
  }

  private static func tensor(
    _ member: ZipArchive.Member, in archive: ZipArchive, _ shapes: Shapes
  ) throws -> StoredTensor {
    guard member.name.hasSuffix(".npy") else {
      throw FileError(file: archive.file.path, item: member.name, found: "another member", expected: "arrays, NAME.npy")
    }
    let name = String(member.name.dropLast(4))
    let file = try archive.open(member)
    let header = try file.withBytes(0..<min(file.count, NumpyHeader.maxSize)) { bytes in
      try NumpyHeader(ByteReader(bytes, file: archive.file.path), name: name)
    }
    func error(_ found: String, _ expected: String) -> FileError {
      FileError(file: archive.file.path, item: name, found: found, expected: expected)
    }
    guard let type = elementType(header.descriptor) else {
      throw error(
        "dtype '\(header.descriptor.prefix(40))'", "one of <f2 <f4 <f8 |i1 |u1 <i2 <i4 <i8 |b1")
    }
    guard !header.shape.contains(0), let size = ElementCount.bytes(header.shape, type) else {
      throw error("shape \(header.shape)", "dimensions of 1 or more, and a size that fits 64 bits")
    }
    let data = header.length..<file.count
    guard data.count == size else {
      throw error("\(data.count) bytes of data", "\(size) for \(type.rawValue) \(header.shape)")
    }
    let isAsStored = shapes == .asStored || name == MarianBinaryFile.optionsItem
    return StoredTensor(
      name: name, type: type, shape: isAsStored ? header.shape : matrixShape(header.shape), file: file,
      range: data)
  }

  /// - Parameter descriptor: NumPy's, such as `<f4`.
  private static func elementType(_ descriptor: String) -> ElementType? {
    switch descriptor {
    case "<f4": .float32
    case "<f8": .float64
    case "<f2": .float16
    case "|i1", "<i1": .int8
    case "|u1", "<u1": .uint8
    case "<i2": .int16
    case "<i4": .int32
    case "<i8": .int64
    case "|b1": .bool
    default: nil
    }
  }

  private static func matrixShape(_ shape: [Int]) -> [Int] {
    shape.count < 2 ? [1, shape.first ?? 1] : shape
  }
}
