import Files

/// The pieces of one side of a model and their ids, from `vocab.json` or Marian's `vocab.yml`.
struct Vocabulary: Sendable {
  /// Four times the largest vocabularies in use; ids beyond would only be a corrupt file's.
  static let idLimit = 1 << 20

  /// By id; nil where no piece has it.
  let pieces: [String?]
  private let trie: ByteTrie

  /// - Throws: `FileError` where the file is no such list, an id is out of range or given twice, or a piece is.
  init(path: String) throws {
    let bytes = try TokenizerFile.read(path)
    if path.hasSuffix(".yml") || path.hasSuffix(".yaml") {
      try self.init(entries: VocabularyList(bytes: bytes, file: path).entries(), file: path)
    } else {
      try self.init(bytes: bytes, file: path)
    }
  }

  init(bytes: [UInt8], file: String) throws {
    try self.init(entries: VocabularyParser.entries(bytes, file: file), file: file)
  }

  init(entries: [(piece: String, id: Int)], file: String) throws {
    guard !entries.isEmpty else {
      throw FileError(file: file, item: "vocabulary", found: "no pieces", expected: "at least one")
    }
    var pieces: [String?] = []
    var builder = ByteTrieBuilder()
    for entry in entries {
      guard (0..<Self.idLimit).contains(entry.id) else {
        throw FileError(
          file: file, item: "piece \"\(entry.piece)\"", found: "id \(entry.id)", expected: "0 to \(Self.idLimit - 1)")
      }
      if entry.id >= pieces.count {
        pieces.append(contentsOf: repeatElement(nil, count: entry.id + 1 - pieces.count))
      }
      if let other = pieces[entry.id] {
        throw FileError(
          file: file, item: "piece \"\(entry.piece)\"", found: "id \(entry.id), that of \"\(other)\" too",
          expected: "an id of its own")
      }
      pieces[entry.id] = entry.piece
      builder.insert(entry.piece.utf8, value: Int32(entry.id))
    }
    self.pieces = pieces
    do {
      trie = try builder.build()
    } catch let duplicate as ByteTrieBuilder.DuplicateKey {
      throw FileError(
        file: file, item: "piece \"\(pieces[Int(duplicate.first)] ?? "")\"",
        found: "ids \(duplicate.first) and \(duplicate.second)", expected: "one id")
    }
  }

  /// One more than the highest id.
  var size: Int { pieces.count }

  func id(of piece: String) -> Int32? { trie.value(of: piece.utf8) }

  func piece(_ id: Int32) -> String? {
    pieces.indices.contains(Int(id)) ? pieces[Int(id)] : nil
  }
}
