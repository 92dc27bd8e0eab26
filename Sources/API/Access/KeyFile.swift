import Files
import Glibc

/// API keys in a text file, one a line: `key`, `name:key` or either with a number of requests a minute after it. Lines
/// that begin with `#` are comments.
///
/// A key holds 8 to 256 visible ASCII characters, so that the end of a key which itself holds a colon is not taken for
/// one; such a key needs a name before it.
struct KeyFile: Sendable {
  private static let largest = 1 << 20
  private static let longestName = 64

  let keys: [APIKey]
  /// Tells this state of the file from others.
  let stamp: Stamp

  struct Stamp: Equatable, Sendable {
    private let numbers: [Int]

    fileprivate init(_ status: stat) {
      numbers = [
        Int(truncatingIfNeeded: status.st_dev), Int(truncatingIfNeeded: status.st_ino), status.st_size,
        status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
      ]
    }

    /// nil where there is no such file.
    init?(path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      self.init(status)
    }
  }

  /// - Throws: `FileError`, which never quotes a line: it may be a key.
  init(path: String) throws(FileError) {
    let (text, status) = try Self.read(path)
    stamp = Stamp(status)
    var keys: [APIKey] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let words = line.split { $0 == " " || $0 == "\t" }
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      keys.append(try Self.key(words, file: path, line: index + 1))
    }
    guard !keys.isEmpty else {
      throw FileError(file: path, item: "keys", found: "none", expected: "at least one line with a key")
    }
    self.keys = keys
  }

  private static func key(_ words: [Substring], file: String, line: Int) throws(FileError) -> APIKey {
    func error(_ found: String, _ expected: String) -> FileError {
      FileError(file: file, item: "line \(line)", found: found, expected: expected)
    }
    var limit: Int?
    if words.count > 1, !words[1].hasPrefix("#") {
      guard let number = Int(words[1]), (1...1_000_000).contains(number) else {
        throw error("no number after the key", "requests a minute, 1 to 1000000")
      }
      limit = number
    }
    if words.count > 2, !words[1].hasPrefix("#"), !words[2].hasPrefix("#") {
      throw error("\(words.count) words", "a key and a number")
    }
    let parts = words[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.count == 2 ? String(parts[0]) : "line-\(line)"
    guard isName(name) else { throw error("another name", "up to \(longestName) letters, digits, '.', '_' and '-'") }
    guard let secret = PaddedSecret(parts[parts.count - 1]) else {
      throw error(
        "a key of \(parts[parts.count - 1].utf8.count) bytes",
        "\(APIKey.lengths.lowerBound) to \(APIKey.lengths.upperBound) visible ASCII characters")
    }
    return APIKey(name: name, secret: secret, perMinute: limit)
  }

  private static func isName(_ name: String) -> Bool {
    (1...longestName).contains(name.utf8.count)
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) }
  }

  /// Read rather than mapped: an editor may shorten the file at any time.
  private static func read(_ path: String) throws(FileError) -> (String, stat) {
    func error(_ found: String, _ expected: String = "a readable file of text") -> FileError {
      FileError(file: path, item: "file", found: found, expected: expected)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw error("the error \"\(String(cString: strerror(errno)))\"") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw error("the error \"\(String(cString: strerror(errno)))\"") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw error("a folder or device") }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      guard count >= 0 else { throw error("the error \"\(String(cString: strerror(errno)))\"") }
      if count == 0 { break }
      bytes += buffer[..<count]
      guard bytes.count <= largest else { throw error("more than \(largest) bytes", "at most that many") }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw error("bytes that are not UTF-8") }
    return (text, status)
  }
}
