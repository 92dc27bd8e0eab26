import Files

/// The head of a binary lexical shortlist, and the checks of what follows it.
struct LexicalShortlistHeader {
  static let size = 48

  let alwaysCandidates: Int
  private let checksum: UInt64
  private let offsetCount: Int
  private let idCount: Int

  /// Byte of the file where the ids start.
  var idStart: Int { Self.size + MemoryLayout<UInt64>.size * offsetCount }

  init(_ reader: ByteReader, sourceVocabularySize: Int, targetVocabularySize: Int) throws(FileError) {
    var reader = reader
    func error(_ item: String, _ found: String, _ expected: String) -> FileError {
      FileError(file: reader.file, item: item, found: found, expected: expected)
    }
    let magic = try reader.integer(UInt64.self, "magic")
    guard magic == LexicalShortlist.magic else {
      throw error("magic", "0x" + String(magic, radix: 16), "that of a binary lexical shortlist")
    }
    checksum = try reader.integer(UInt64.self, "checksum")
    let first = try reader.integer(UInt64.self, "first")
    _ = try reader.integer(UInt64.self, "best")  // the longest list: the offsets say it again
    let offsets = try reader.integer(UInt64.self, "number of offsets")
    let ids = try reader.integer(UInt64.self, "number of ids")
    guard offsets == UInt64(sourceVocabularySize) + 1 else {
      throw error("number of offsets", "\(offsets)", "source vocabulary + 1, \(sourceVocabularySize + 1)")
    }
    guard first <= UInt64(targetVocabularySize) else {
      throw error("first", "\(first) ids", "at most the target vocabulary's \(targetVocabularySize)")
    }
    let offsetBytes = MemoryLayout<UInt64>.size * (sourceVocabularySize + 1)
    let idBytes = reader.left - offsetBytes
    guard idBytes >= 0, idBytes.isMultiple(of: 4), ids == UInt64(idBytes / 4) else {
      throw error("file", "\(reader.bytes.count) bytes", "48 + 8 · \(offsets) offsets + 4 · \(ids) ids")
    }
    alwaysCandidates = Int(first)
    offsetCount = sourceVocabularySize + 1
    idCount = Int(ids)
  }

  /// Offsets ascend within the ids, and the ids lie within the target vocabulary.
  func checkTables(
    _ bytes: UnsafeRawBufferPointer, file: String, targetVocabularySize: Int
  ) throws(FileError) {
    var before: UInt64 = 0
    for index in 0..<offsetCount {
      let offset = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: Self.size + 8 * index, as: UInt64.self))
      guard offset >= before, offset <= UInt64(idCount) else {
        throw FileError(
          file: file, item: "offset \(index)", found: "\(offset)", expected: "\(before) to \(idCount)")
      }
      before = offset
    }
    guard before == UInt64(idCount) else {
      throw FileError(file: file, item: "last offset", found: "\(before)", expected: "\(idCount)")
    }
    for index in 0..<idCount {
      let id = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: idStart + 4 * index, as: UInt32.self))
      guard id < UInt32(targetVocabularySize) else {
        throw FileError(
          file: file, item: "id \(index)", found: "\(id)",
          expected: "below the target vocabulary's \(targetVocabularySize)")
      }
    }
  }

  /// The checksum is over whole words of 64 bits: a last id of an odd number of them is not covered.
  func verify(_ bytes: UnsafeRawBufferPointer, file: String) throws(FileError) {
    let start = 16
    var hash: UInt64 = 0
    for index in 0..<(bytes.count - start) / 8 {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 8 * index, as: UInt64.self))
      hash ^= word &+ 0x9E37_79B9 &+ (hash << 6) &+ (hash >> 2)
    }
    guard hash == checksum else {
      throw FileError(
        file: file, item: "checksum", found: "0x" + String(checksum, radix: 16),
        expected: "0x" + String(hash, radix: 16))
    }
  }
}
