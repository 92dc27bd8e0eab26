import Files

/// The target words that each source word can become: the binary lexical shortlist of Marian's student models
/// (`lex.*.s2t.bin`).
///
/// The format is little-endian. Six u64 come first: magic, checksum, number of ids that are always candidates, longest
/// list, number of offsets, number of ids. The offsets follow as u64 (source vocabulary + 1), then the ids as u32.
/// All of the file is held in memory, and all of it is checked once. Source: Marian's `src/data/shortlist.cpp`.
// @unchecked: the pointers lead into memory that nothing writes to and that `contents` keeps alive.
package struct LexicalShortlist: @unchecked Sendable {
  package let sourceVocabularySize: Int
  package let targetVocabularySize: Int
  /// Ids below this are candidates for every source.
  package let alwaysCandidates: Int

  private let contents: FileBytes
  private let offsets: UnsafePointer<UInt64>  // (source vocabulary + 1)
  private let ids: UnsafePointer<UInt32>

  static let magic: UInt64 = 0xF11A_48D5_0134_17F5
  /// Marian's kernels want a number of outputs that is a multiple of this. The rounding shows in translations.
  static let multiple = 8

  /// - Throws: `FileError` if the file is broken or the list was made for other vocabularies.
  package init(
    _ file: InputFile, sourceVocabularySize: Int, targetVocabularySize: Int, verifyChecksum: Bool = false
  ) throws {
    let path = file.path
    contents = try FileBytes(file, 0..<file.count)
    let bytes = contents.bytes
    let header = try LexicalShortlistHeader(
      ByteReader(bytes, file: path), sourceVocabularySize: sourceVocabularySize,
      targetVocabularySize: targetVocabularySize)
    try header.checkTables(bytes, file: path, targetVocabularySize: targetVocabularySize)
    if verifyChecksum { try header.verify(bytes, file: path) }
    guard let base = bytes.baseAddress else {
      throw FileError(file: path, item: "file", found: "0 bytes", expected: "a shortlist")
    }
    // The copy is aligned, the header has 48 bytes and an offset 8, so that both tables are aligned.
    offsets = (base + LexicalShortlistHeader.size).assumingMemoryBound(to: UInt64.self)
    ids = (base + header.idStart).assumingMemoryBound(to: UInt32.self)
    self.sourceVocabularySize = sourceVocabularySize
    self.targetVocabularySize = targetVocabularySize
    alwaysCandidates = header.alwaysCandidates
  }

  /// The target ids that a translation of `source` can use.
  ///
  /// The number is rounded up to a multiple of eight with the smallest ids that are not among them, as far as the
  /// vocabulary goes. The answer depends on all tokens given, so that each sentence needs a call of its own.
  /// - Parameters:
  ///   - source: the sentence's tokens, end of sentence included; ids without a list add nothing.
  ///   - includesSource: whether the source ids are candidates too, as for a shared vocabulary.
  /// - Returns: ids, ascending.
  package func candidates(for source: [Int32], includesSource: Bool) -> [Int32] {
    var set = CandidateSet(capacity: targetVocabularySize)
    set.insert(below: alwaysCandidates)
    for token in source {
      let word = Int(token)
      if includesSource, word >= 0, word < targetVocabularySize { set.insert(word) }
      guard word >= 0, word < sourceVocabularySize else { continue }
      for position in Int(offsets[word])..<Int(offsets[word + 1]) { set.insert(Int(ids[position])) }
    }
    set.fill(toMultipleOf: Self.multiple, from: alwaysCandidates)
    return set.sorted()
  }
}

/// A set of small numbers, one bit per number.
private struct CandidateSet {
  private var words: [UInt64]
  private let capacity: Int
  private var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    words = [UInt64](repeating: 0, count: (capacity + 63) / 64)
  }

  mutating func insert(_ member: Int) {
    let bit: UInt64 = 1 << UInt64(member & 63)
    if words[member >> 6] & bit == 0 {
      words[member >> 6] |= bit
      count += 1
    }
  }

  mutating func insert(below end: Int) {
    for member in 0..<end { insert(member) }
  }

  mutating func fill(toMultipleOf multiple: Int, from start: Int) {
    var member = start
    while !count.isMultiple(of: multiple), member < capacity {
      insert(member)
      member += 1
    }
  }

  func sorted() -> [Int32] {
    var members: [Int32] = []
    members.reserveCapacity(count)
    for (index, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        members.append(Int32(index << 6 + rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
    return members
  }
}

/// The header of a binary lexical shortlist, and the checks of its tables.
struct LexicalShortlistHeader {
  static let size = 48

  let alwaysCandidates: Int
  private let checksum: UInt64
  private let offsetCount: Int
  private let idCount: Int

  /// Position of the first id in the file.
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
    _ = try reader.integer(UInt64.self, "best")  // the longest list, which the offsets give again
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

  /// Checks that the offsets ascend within the ids, and the ids lie within the target vocabulary.
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

  /// Compares the checksum, which covers whole words of 64 bits: the last of an odd number of ids is left out.
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
