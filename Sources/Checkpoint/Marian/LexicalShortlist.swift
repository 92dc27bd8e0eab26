import Files

/// Which target words a source word may become: the binary lexical shortlist of Marian's students (`lex.*.s2t.bin`).
///
/// Little-endian: six u64 (magic, checksum, number of ids that are always candidates, longest list, number of offsets,
/// number of ids), the offsets as u64 (source vocabulary + 1), the ids as u32. A copy of the file is held;
/// all of it is checked once. Source: Marian's `src/data/shortlist.cpp`.
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
  /// Matrices narrowed to a multiple of this suit Marian's kernels, and so the rounding shows in what models produce.
  static let multiple = 8

  /// - Parameter verifyChecksum: reads the file once more.
  /// - Throws: `FileError`, also where the list was made for other vocabularies.
  package init(
    path: String, sourceVocabularySize: Int, targetVocabularySize: Int, verifyChecksum: Bool = false
  ) throws {
    let file = try InputFile(path: path)
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

  /// The target ids that a translation of `source` may use.
  ///
  /// Rounded up to a multiple of eight with the smallest ids that are not there yet, as far as the vocabulary goes. The
  /// answer depends on all tokens given: for answers that no neighbour changes, ask for one sentence at a time.
  /// - Parameter source: the sentence's tokens, end of sentence included; ids without a list add nothing.
  /// - Parameter includesSource: where source and target have one vocabulary, the source ids are candidates too.
  /// - Returns: ascending.
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

/// A set of small numbers as bits.
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
