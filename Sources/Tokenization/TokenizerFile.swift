import Foundation

/// Reads a whole tokenizer file, no larger than any real one is, so that a wrong path cannot fill the memory.
enum TokenizerFile {
  /// The largest vocabularies in use take about 10 MB.
  static let limit = 64 << 20

  /// - Throws: `TokenizationError` where the file is missing, not a regular file, or too large.
  static func read(_ path: String) throws -> [UInt8] {
    let name = (path as NSString).lastPathComponent
    func failure(_ found: String, _ expected: String) -> TokenizationError {
      TokenizationError(file: path, item: name, found: found, expected: expected)
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw failure("no readable file", "a tokenizer file")
    }
    defer { try? handle.close() }
    let data: Data
    do {
      data = try handle.read(upToCount: limit + 1) ?? Data()
    } catch {
      throw failure("\(error.localizedDescription)", "a regular file")
    }
    guard data.count <= limit else { throw failure("more than \(limit) bytes", "at most \(limit) bytes") }
    return Array(data)
  }
}
