import Files

/// A model in CTranslate2's container, `model.bin` of binary versions 1 to 6.
///
/// The format is little-endian, without padding. A u32 version, the name of the specification and its revision are
/// followed by the variables: name, rank, dimensions, type, bytes, elements. From version 3 on come aliases, further
/// names of variables. Numbers of the configuration are variables of rank 0. Names are those of revision 2 and later;
/// the older TensorFlow names are translated.
/// Source: CTranslate2's `src/models/model.cc`.
package struct CTranslate2File: IndexedTensors {
  /// The variables; aliases are found by name alone.
  let index: TensorIndex
  package let path: String

  /// Binary version.
  package let version: Int
  /// Name of the network's specification, such as "TransformerSpec"; empty in version 1.
  package let specification: String
  package let revision: Int

  package static let versions = 1...6

  /// Names of all variables, aliases included.
  package var names: [String] { index.names }

  static let maxVariables = 1 << 14
  static let maxNameLength = 1 << 9
  static let maxDimensions = 4

  package init(path: String) throws { try self.init(InputFile(path: path)) }

  /// - Throws: `FileError` for the first error in the file.
  package init(_ file: InputFile) throws {
    path = file.path
    var reader = CTranslate2Reader(file)
    let header = try reader.header()
    (version, specification, revision) = (header.version, header.specification, header.revision)
    let variables = try reader.variables(header)
    let aliases = try header.version < 3 ? [] : reader.aliases(of: variables)
    try reader.end()
    index = try TensorIndex(variables, aliases: aliases, path: file.path)
  }

  /// Whether a file is of this container. Marian's files, which can have the same name, begin with a u64 of 1.
  package static func recognises(_ file: InputFile) throws -> Bool {
    let length = min(file.count, CTranslate2Reader.window)
    return try file.withBytes(0..<length) { bytes in
      var reader = ByteReader(bytes, file: file.path)
      guard let version = try? reader.integer(UInt32.self, "version"), 1...1000 ~= version else { return false }
      if version == 1 {
        guard let count = try? reader.integer(UInt32.self, "variables"), count > 0 else { return false }
      }
      guard let size = try? reader.integer(UInt16.self, "name"), 1...maxNameLength ~= Int(size),
        let range = try? reader.run(Int(size), "name")
      else { return false }
      let name = bytes[range]
      return name.last == 0 && name.dropLast().allSatisfy { 0x20..<0x7F ~= $0 }
    }
  }
}

// MARK: Reading

/// A reader of the parts of a `model.bin` in their order. Elements are passed over, not read.
private struct CTranslate2Reader {
  struct Header {
    var version: Int
    var specification: String
    var revision: Int
  }

  /// Bytes that are read at once: more than any part without its elements.
  static let window = 1 << 11
  /// Bytes of the least variable: a name of one letter, rank, type, bytes.
  private static let leastVariable = 9

  private let file: InputFile
  private var position = 0

  init(_ file: InputFile) { self.file = file }

  private var left: Int { file.count - position }

  /// Reads a part at the position and moves behind it.
  private mutating func part<Result>(_ body: (inout ByteReader) throws -> Result) throws -> Result {
    let range = position..<position + min(left, Self.window)
    let (result, end) = try file.withBytes(range) { bytes in
      var reader = ByteReader(bytes, file: file.path, start: range.lowerBound)
      return (try body(&reader), reader.position)
    }
    position = end
    return result
  }

  mutating func header() throws -> Header {
    let file = file
    return try part { reader in
      let version = Int(try reader.integer(UInt32.self, "version"))
      guard CTranslate2File.versions ~= version else {
        throw Self.error(
          file, "version", "\(version)",
          "\(CTranslate2File.versions.lowerBound) to \(CTranslate2File.versions.upperBound)")
      }
      guard version >= 2 else { return Header(version: version, specification: "", revision: 1) }
      let name = try Self.string(&reader, "name of the specification")
      return Header(
        version: version, specification: name, revision: Int(try reader.integer(UInt32.self, "revision")))
    }
  }

  mutating func variables(_ header: Header) throws -> [StoredTensor] {
    let count = try count("number of variables", each: Self.leastVariable, atMost: CTranslate2File.maxVariables)
    var variables: [StoredTensor] = []
    variables.reserveCapacity(count)
    for number in 0..<count { variables.append(try variable(number, header)) }
    return variables
  }

  private mutating func variable(_ number: Int, _ header: Header) throws -> StoredTensor {
    let file = file
    let (stored, size) = try part { reader in
      let name = try Self.string(&reader, "name of variable \(number)")
      let rank = Int(try reader.integer(UInt8.self, "rank of \(name)"))
      guard rank <= CTranslate2File.maxDimensions else {
        throw Self.error(file, name, "\(rank) dimensions", "at most \(CTranslate2File.maxDimensions)")
      }
      let shape = try (0..<rank).map { _ in Int(try reader.integer(UInt32.self, "shape of \(name)")) }
      let code = try reader.integer(UInt8.self, "type of \(name)")
      let size = Int(try reader.integer(UInt32.self, "bytes of \(name)"))
      let type = try header.version < 4 ? Self.type(itemSize: code, name, file) : Self.type(code: code, name, file)
      let bytes = header.version < 4 ? size * type.size : size
      guard ElementCount.bytes(shape, type) == bytes else {
        throw Self.error(
          file, name, "\(bytes) bytes", "as many as \(type.rawValue) \(shape) takes")
      }
      let plain = header.version < 2 ? TensorFlowNames.translate(name) : name
      return (StoredTensor(name: plain, type: type, shape: shape, file: file, range: 0..<0), bytes)
    }
    guard size <= left else {
      throw Self.error(
        file, stored.name, "\(size) bytes at byte \(position)", "at most the \(left) bytes that follow")
    }
    defer { position += size }
    return StoredTensor(
      name: stored.name, type: stored.type, shape: stored.shape, file: file, range: position..<position + size)
  }

  /// The aliases as variables with other names. An alias of a matrix is one of its steps, too.
  mutating func aliases(of variables: [StoredTensor]) throws -> [StoredTensor] {
    let file = file
    let count = try count("number of aliases", each: 4, atMost: CTranslate2File.maxVariables)
    let named = Dictionary(variables.map { ($0.name, $0) }) { first, _ in first }
    var aliases: [StoredTensor] = []
    for number in 0..<count {
      let (name, target) = try part { reader in
        (try Self.string(&reader, "name of alias \(number)"), try Self.string(&reader, "variable of alias \(number)"))
      }
      guard let variable = named[target] else {
        throw Self.error(file, "alias \(name)", "the variable \(target)", "a variable of the file")
      }
      aliases.append(variable.named(name))
      if let steps = named[target + "_scale"], named[name + "_scale"] == nil {
        aliases.append(steps.named(name + "_scale"))
      }
    }
    return aliases
  }

  func end() throws(FileError) {
    guard left == 0 else { throw Self.error(file, "file", "\(left) bytes after the last part", "no more") }
  }

  // MARK: Numbers and names

  /// Reads a u32 that counts parts.
  /// - Parameter each: the least bytes of a part.
  private mutating func count(_ item: String, each: Int, atMost most: Int) throws -> Int {
    let count = Int(try part { try $0.integer(UInt32.self, item) })
    guard count <= min(most, left / each) else {
      throw Self.error(file, item, "\(count)", "at most \(most), in the \(left) bytes that follow")
    }
    return count
  }

  /// Reads a string: a u16 that counts its bytes and a closing NUL.
  private static func string(_ reader: inout ByteReader, _ item: @autoclosure () -> String) throws -> String {
    let length = Int(try reader.integer(UInt16.self, item()))
    func error(_ found: String, _ expected: String) -> FileError {
      FileError(file: reader.file, item: item(), found: found, expected: expected)
    }
    guard 1...CTranslate2File.maxNameLength ~= length else {
      throw error("\(length) bytes", "1 to \(CTranslate2File.maxNameLength) with the closing NUL")
    }
    let range = try reader.run(length, item())
    let text = range.lowerBound..<range.upperBound - 1
    guard reader.bytes[range.upperBound - 1] == 0, !reader.bytes[text].contains(0), let name = reader.text(text) else {
      throw error("other bytes", "UTF-8 with one NUL, at its end")
    }
    return name
  }

  private static func type(code: UInt8, _ name: String, _ file: InputFile) throws(FileError) -> ElementType {
    let types: [ElementType] = [.float32, .int8, .int16, .int32, .float16, .bfloat16]
    guard types.indices.contains(Int(code)) else { throw error(file, name, "type \(code)", "0 to \(types.count - 1)") }
    return types[Int(code)]
  }

  private static func type(itemSize: UInt8, _ name: String, _ file: InputFile) throws(FileError) -> ElementType {
    switch itemSize {
    case 4: return .float32
    case 2: return .int16
    case 1: return .int8
    default: throw error(file, name, "elements of \(itemSize) bytes", "1, 2 or 4 bytes")
    }
  }

  private static func error(_ file: InputFile, _ item: String, _ found: String, _ expected: String) -> FileError {
    FileError(file: file.path, item: item, found: found, expected: expected)
  }
}

extension StoredTensor {
  fileprivate func named(_ name: String) -> StoredTensor {
    StoredTensor(name: name, type: type, shape: shape, file: file, range: range)
  }
}

/// The translation of the names that OpenNMT-tf gave to variables, which files of version 1 have.
private enum TensorFlowNames {
  private static let both = [
    ("transformer/", ""), (":0", ""), ("w_embs", "embeddings/weight"), ("kernel", "weight"),
    ("LayerNorm", "layer_norm"), ("dense", "projection"), ("conv1d_", "linear_"), ("conv1d", "linear_0"),
  ]
  private static let encoder = [("multi_head", "self_attention")]
  private static let decoder = [("masked_multi_head", "self_attention"), ("multi_head", "attention")]

  static func translate(_ name: String) -> String {
    let plain = replacing(both, in: name)
    return replacing(plain.hasPrefix("encoder") ? encoder : decoder, in: plain)
  }

  /// Replaces the first occurrence of each text, one pair after the other.
  private static func replacing(_ pairs: [(String, String)], in name: String) -> String {
    var bytes = Array(name.utf8)
    for (old, new) in pairs {
      let old = Array(old.utf8)
      guard bytes.count >= old.count,
        let start = (0...bytes.count - old.count).first(where: { bytes[$0..<$0 + old.count].elementsEqual(old) })
      else { continue }
      bytes.replaceSubrange(start..<start + old.count, with: Array(new.utf8))
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
