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

  /// - Throws: `FileError` for the first error in the file; compressed members are one.
  package init(_ file: InputFile, shapes: Shapes = .matrices) throws {
    let archive = try ZipArchive(file)
    index = try TensorIndex(
      archive.members.map { try Self.tensor($0, in: archive.file, shapes) }, unlisted: MarianBinaryFile.optionsItem,
      path: file.path)
  }

  private static func tensor(
    _ member: ZipArchive.Member, in file: InputFile, _ shapes: Shapes
  ) throws -> StoredTensor {
    guard member.name.hasSuffix(".npy") else {
      throw FileError(file: file.path, item: member.name, found: "another member", expected: "arrays, NAME.npy")
    }
    let name = String(member.name.dropLast(4))
    let header = try file.withBytes(member.range.prefix(NumpyHeader.maxLength + NumpyHeader.prefix)) { bytes in
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
    let isAsStored = shapes == .asStored || name == MarianBinaryFile.optionsItem
    return StoredTensor(
      name: name, type: header.type, shape: isAsStored ? header.shape : matrixShape(header.shape), file: file,
      range: data)
  }

  private static func matrixShape(_ shape: [Int]) -> [Int] {
    shape.count < 2 ? [1, shape.first ?? 1] : shape
  }
}

/// The header of a `.npy` file: element type and shape of the array after it.
///
/// Format: NumPy Enhancement Proposal 1, versions 1 to 3. Six bytes of magic, two of version, the length of a text
/// (u16, or u32 from version 2), and the text: a Python dictionary with `descr`, `fortran_order` and `shape`.
struct NumpyHeader {
  let type: ElementType
  /// Empty for a scalar.
  let shape: [Int]
  /// Bytes of the header.
  let length: Int

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  static let maxLength = 1 << 14
  /// The most bytes before the text: magic, version and length.
  static let prefix = 12
  static let maxDimensions = 8

  /// - Parameter name: name of the array, for messages.
  init(_ reader: ByteReader, name: String) throws(FileError) {
    var reader = reader
    let text = try Self.text(&reader, name)
    length = reader.offset
    do {
      var parser = NumpyHeaderText(text)
      let fields = try parser.parse()
      type = fields.type
      shape = fields.shape
    } catch {
      throw FileError(file: reader.file, item: name, found: error.found, expected: error.expected)
    }
  }

  private static func text(_ reader: inout ByteReader, _ name: String) throws(FileError) -> UnsafeRawBufferPointer {
    func error(_ found: String, _ expected: String) -> FileError {
      FileError(file: reader.file, item: name, found: found, expected: expected)
    }
    guard reader.left >= magic.count, reader.slice(try reader.run(magic.count, name)).elementsEqual(magic) else {
      throw error("other bytes at its start", "an array of NumPy")
    }
    let version = try reader.integer(UInt8.self, name)
    _ = try reader.integer(UInt8.self, name)
    guard (1...3).contains(version) else { throw error("version \(version)", "a .npy header of version 1, 2 or 3") }
    let length =
      version == 1 ? Int(try reader.integer(UInt16.self, name)) : Int(try reader.integer(UInt32.self, name))
    guard length <= maxLength else { throw error("a header of \(length) bytes", "at most \(maxLength)") }
    return reader.slice(try reader.run(length, name))
  }
}

/// The dictionary in a `.npy` header, as NumPy writes it: `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
struct NumpyHeaderText {
  struct Failure: Error {
    var found: String
    var expected: String
  }

  private let bytes: UnsafeRawBufferPointer
  private var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func parse() throws(Failure) -> (type: ElementType, shape: [Int]) {
    var type: ElementType?
    var shape: [Int]?
    var hasOrder = false
    try take("{")
    while !takeIf("}") {
      let key = try quoted()
      try take(":")
      switch key {
      case "descr" where type == nil: type = try elementType()
      case "fortran_order" where !hasOrder:
        try rowMajor()
        hasOrder = true
      case "shape" where shape == nil: shape = try tuple()
      default:
        throw Failure(found: "\"\(key.prefix(40))\" in the header", expected: "descr, fortran_order and shape, once")
      }
      if !takeIf(",") {
        try take("}")
        break
      }
    }
    guard peek() == nil else { throw failure("the end of the header") }
    guard let type, let shape, hasOrder else {
      throw Failure(found: "too few keys in the header", expected: "descr, fortran_order and shape")
    }
    return (type, shape)
  }

  private mutating func elementType() throws(Failure) -> ElementType {
    let descriptor = try quoted()
    switch descriptor {
    case "<f4": return .float32
    case "<f8": return .float64
    case "<f2": return .float16
    case "|i1", "<i1": return .int8
    case "|u1", "<u1": return .uint8
    case "<i2": return .int16
    case "<i4": return .int32
    case "<i8": return .int64
    case "|b1": return .bool
    default:
      throw Failure(
        found: "dtype '\(descriptor.prefix(40))'", expected: "one of <f2 <f4 <f8 |i1 |u1 <i2 <i4 <i8 |b1")
    }
  }

  private mutating func rowMajor() throws(Failure) {
    guard !takeWord("True") else {
      throw Failure(found: "fortran_order True", expected: "False: arrays in row-major order")
    }
    guard takeWord("False") else { throw failure("True or False") }
  }

  private mutating func tuple() throws(Failure) -> [Int] {
    var numbers: [Int] = []
    try take("(")
    while !takeIf(")") {
      guard numbers.count < NumpyHeader.maxDimensions else {
        throw Failure(found: "more dimensions", expected: "at most \(NumpyHeader.maxDimensions)")
      }
      numbers.append(try integer())
      if !takeIf(",") {
        try take(")")
        break
      }
    }
    return numbers
  }

  // MARK: Words

  private mutating func integer() throws(Failure) -> Int {
    guard let first = peek(), Self.isDigit(first) else { throw failure("a whole number") }
    let start = offset
    while offset < bytes.count, Self.isDigit(bytes[offset]) { offset += 1 }
    let digits = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard digits.utf8.count <= 19, let value = Int(digits) else {
      throw Failure(found: "\(digits.prefix(40)) in the shape", expected: "a number of 64 bits")
    }
    return value
  }

  private mutating func quoted() throws(Failure) -> String {
    guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw failure("a quoted word")
    }
    guard let end = bytes[(offset + 1)...].firstIndex(of: quote) else { throw failure("a closing quote") }
    defer { offset = end + 1 }
    return String(decoding: bytes[offset + 1..<end], as: UTF8.self)
  }

  private mutating func takeWord(_ word: String) -> Bool {
    _ = peek()
    guard bytes[offset...].starts(with: word.utf8) else { return false }
    offset += word.utf8.count
    return true
  }

  private mutating func take(_ character: Character) throws(Failure) {
    guard takeIf(character) else { throw failure("'\(character)'") }
  }

  private mutating func takeIf(_ character: Character) -> Bool {
    guard let byte = peek(), byte == character.asciiValue else { return false }
    offset += 1
    return true
  }

  /// The next byte that is not white space; it is not consumed.
  private mutating func peek() -> UInt8? {
    while offset < bytes.count, bytes[offset] == 0x20 || bytes[offset] == 0x0A { offset += 1 }
    return offset < bytes.count ? bytes[offset] : nil
  }

  private func failure(_ expected: String) -> Failure {
    Failure(found: "byte \(offset) of the header", expected: expected)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
