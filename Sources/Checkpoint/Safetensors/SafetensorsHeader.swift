import Files
import JSON

/// The table of contents of a safetensors file, read as it stands: nothing is checked against the data yet.
///
/// Format: <https://huggingface.co/docs/safetensors>. A u64 with the length of a JSON text, the text
/// `{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …, "__metadata__": {…}}`, then the data.
/// The text is read in one pass without building a tree, so that its cost is bounded by its length.
struct SafetensorsHeader {
  struct Entry {
    var name: String
    var type: ElementType
    var shape: [Int]
    /// From the first byte behind the JSON text.
    var begin: Int
    var end: Int
  }

  /// Real headers are below 1 MiB; the format itself allows 100 MB.
  static let longest = 16 << 20
  static let mostDimensions = 8

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
      case "shape" where shape == nil: shape = try integers(name, key, atMost: Self.mostDimensions, &scanner)
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
