import Files

/// Reads a whole tokenizer file, no larger than any real one is, so that a wrong path cannot fill the memory.
enum TokenizerFile {
  /// The largest vocabularies in use take about 10 MB.
  private static let limit = 64 << 20

  /// - Throws: `FileError` where the file is missing, not a regular file, or too large.
  static func read(_ path: String) throws -> [UInt8] {
    try InputFile(path: path, atMost: limit).withBytes { Array($0) }
  }
}
