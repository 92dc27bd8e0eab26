import Files
import JSON

/// A safetensors file. Every tensor lies within the data and overlaps with no other.
///
/// The tensors have to fill the data without a gap, as the format's own reader demands. Bytes that are left over or
/// missing mean that the file was cut or changed.
package struct SafetensorsFile: IndexedTensors {
  let index: TensorIndex

  package init(path: String) throws { try self.init(InputFile(path: path)) }

  /// - Throws: `FileError` for the first error in the file.
  package init(_ file: InputFile) throws {
    let path = file.path
    let header = try Self.headerRange(of: file)
    let entries = try file.withBytes(header) { try SafetensorsHeader($0, file: path).entries }
    index = try TensorIndex(
      entries.map { try Self.tensor($0, in: file, dataStart: header.upperBound) }, path: path)
    try Self.checkTiling(tensors, file: file, dataStart: header.upperBound)
  }

  private static func headerRange(of file: InputFile) throws -> Range<Int> {
    let lengthSize = MemoryLayout<UInt64>.size
    func error(_ item: String, _ found: String, _ expected: String) -> FileError {
      FileError(file: file.path, item: item, found: found, expected: expected)
    }
    guard file.count >= lengthSize else {
      throw error("file", "\(file.count) bytes", "at least \(lengthSize), the length of the header")
    }
    let length = try file.withBytes(0..<lengthSize) { UInt64(littleEndian: $0.load(as: UInt64.self)) }
    guard length <= UInt64(SafetensorsHeader.maxLength) else {
      throw error("header length", "\(length)", "at most \(SafetensorsHeader.maxLength)")
    }
    guard Int(length) <= file.count - lengthSize else {
      throw error("header length", "\(length)", "at most the \(file.count - lengthSize) bytes that follow")
    }
    return lengthSize..<lengthSize + Int(length)
  }

  private static func tensor(
    _ entry: SafetensorsHeader.Entry, in file: InputFile, dataStart: Int
  ) throws -> StoredTensor {
    func error(_ found: String, _ expected: String) -> FileError {
      FileError(file: file.path, item: entry.name, found: found, expected: expected)
    }
    guard entry.begin <= entry.end, entry.end <= file.count - dataStart else {
      throw error(
        "data_offsets [\(entry.begin), \(entry.end)]",
        "an ascending pair within the \(file.count - dataStart) bytes of data")
    }
    guard let size = ElementCount.bytes(entry.shape, entry.type) else {
      throw error("shape \(entry.shape)", "a size that fits 64 bits")
    }
    guard entry.end - entry.begin == size else {
      throw error(
        "\(entry.end - entry.begin) bytes of data", "\(size) for \(entry.type.rawValue) \(entry.shape)")
    }
    return StoredTensor(
      name: entry.name, type: entry.type, shape: entry.shape, file: file,
      range: dataStart + entry.begin..<dataStart + entry.end)
  }

  private static func checkTiling(_ tensors: [StoredTensor], file: InputFile, dataStart: Int) throws {
    var position = dataStart
    for tensor in tensors.sorted(by: {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }) {
      guard tensor.range.lowerBound == position else {
        let what = tensor.range.lowerBound < position ? "an overlap with another tensor" : "a gap before it"
        throw FileError(
          file: file.path, item: tensor.name, found: "\(what): data from byte \(tensor.range.lowerBound - dataStart)",
          expected: "data from byte \(position - dataStart), where the one before ends")
      }
      position = tensor.range.upperBound
    }
    guard position == file.count else {
      throw FileError(
        file: file.path, item: "file", found: "\(file.count - position) bytes after the last tensor",
        expected: "no more than the tensors")
    }
  }
}

/// The table of contents of a safetensors file, not yet checked against the data.
///
/// Format: <https://huggingface.co/docs/safetensors>. A u64 with the length of a JSON text, the text
/// `{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …, "__metadata__": {…}}`, then the data.
/// The text is read in one pass without a tree, so that the cost is bounded by its length.
struct SafetensorsHeader {
  struct Entry {
    var name: String
    var type: ElementType
    var shape: [Int]
    /// Positions in the data, which start after the JSON text.
    var begin: Int
    var end: Int
  }

  /// The longest header in bytes. Real headers are below 1 MiB; the format allows 100 MB.
  static let maxLength = 16 << 20
  static let maxDimensions = 8

  private(set) var entries: [Entry] = []
  private let file: String

  /// - Parameter bytes: the JSON text.
  init(_ bytes: UnsafeRawBufferPointer, file: String) throws {
    self.file = file
    do {
      var scanner = JSONScanner(bytes)
      try readAll(&scanner)
      try scanner.end()
    } catch let error as JSONError {
      throw FileError(
        file: file, item: "header, byte \(error.offset)", found: error.found, expected: error.expected)
    }
  }

  private mutating func readAll(_ scanner: inout JSONScanner) throws {
    var names: Set<String> = []
    try scanner.object { scanner, name in
      guard names.insert(name).inserted else { throw error(name, "the name twice", "every name once") }
      if name == "__metadata__" {
        try scanner.object { scanner, _ in _ = try scanner.string() }
      } else {
        entries.append(try entry(name, &scanner))
      }
    }
  }

  private func entry(_ name: String, _ scanner: inout JSONScanner) throws -> Entry {
    var type: ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object { scanner, key in
      switch key {
      case "dtype" where type == nil: type = try elementType(name, &scanner)
      case "shape" where shape == nil: shape = try integers(name, key, atMost: Self.maxDimensions, &scanner)
      case "data_offsets" where offsets == nil: offsets = try integers(name, key, atMost: 2, &scanner)
      default: throw error(name, "the key \"\(key)\"", "dtype, shape and data_offsets, each once")
      }
    }
    guard let type else { throw error(name, "no dtype", "a dtype") }
    guard let shape else { throw error(name, "no shape", "a shape") }
    guard let offsets, offsets.count == 2 else { throw error(name, "no two data_offsets", "[begin, end]") }
    return Entry(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  private func elementType(_ name: String, _ scanner: inout JSONScanner) throws -> ElementType {
    let text = try scanner.string()
    guard let type = ElementType(rawValue: text), !type.isIntgemm else {
      throw error(name, "dtype \(text.prefix(40))", "one of F64 F32 F16 BF16 I64 I32 I16 I8 U8 BOOL")
    }
    return type
  }

  private func integers(
    _ name: String, _ key: String, atMost most: Int, _ scanner: inout JSONScanner
  ) throws -> [Int] {
    var values: [Int] = []
    try scanner.array { scanner in
      let value = try integer(name, key, &scanner)
      guard value >= 0 else { throw error(name, "\(value) in \(key)", "no negative number") }
      guard values.count < most else { throw error(name, "more than \(most) numbers in \(key)", "at most \(most)") }
      values.append(value)
    }
    return values
  }

  private func integer(_ name: String, _ key: String, _ scanner: inout JSONScanner) throws -> Int {
    do {
      return try scanner.integer()
    } catch let found as JSONError {
      throw error(name, "\(found.found) at byte \(found.offset) in \(key)", found.expected)
    }
  }

  private func error(_ name: String, _ found: String, _ expected: String) -> FileError {
    FileError(file: file, item: name, found: found, expected: expected)
  }
}
