import Files
import JSON

/// Reads `vocab.json`: one JSON object of strings to whole numbers, perhaps behind a byte order mark.
///
/// Token by token and not to a dictionary: pieces may differ in their normal form alone, which Swift's strings call
/// equal, and a piece that is given twice has to be seen.
enum VocabularyParser {
  /// - Throws: `FileError` at the first byte that does not belong there.
  static func entries(_ bytes: [UInt8], file: String) throws -> [(piece: String, id: Int)] {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let start = bytes.starts(with: mark) ? mark.count : 0
    do {
      return try bytes.withUnsafeBytes { try entries(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    } catch let error as JSONError {
      throw FileError(
        file: file, item: "byte \(start + error.offset)", found: error.found, expected: error.expected)
    }
  }

  private static func entries(_ bytes: UnsafeRawBufferPointer) throws -> [(piece: String, id: Int)] {
    var result: [(piece: String, id: Int)] = []
    var scanner = JSONScanner(bytes)
    try scanner.object { scanner, piece in result.append((piece, try scanner.integer())) }
    try scanner.end()
    return result
  }
}
