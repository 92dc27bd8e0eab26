import Files

/// A model in Marian's binary container (`.bin`, version 1).
///
/// Little-endian: u64 version, u64 count; a record of four u64 an item (length of its name with the closing NUL, type,
/// rank, bytes of payload); all names; all shapes as int32; u64 filler length and the filler; then the payloads without
/// a gap to the end of the file. Source: Marian's `src/common/binary.cpp`.
package struct MarianBinaryFile: IndexedTensors {
  /// The options are found by name alone.
  let index: TensorIndex

  static let version: UInt64 = 1
  static let mostItems = 1 << 16
  static let longestName = 1 << 12
  static let mostDimensions = 8

  /// - Throws: `FileError` for the first thing that is wrong with the file.
  package init(path: String) throws {
    let file = try InputFile(path: path)
    let tensors = try MarianBinaryHeader.items(of: file).map {
      StoredTensor(name: $0.name, type: $0.type, shape: $0.shape, file: file, range: $0.range)
    }
    index = try TensorIndex(tensors, unlisted: MarianOptions.item, path: path)
  }
}
