import Files
import Foundation
import Glibc

/// The API keys of a file that can change at any time.
///
/// Requests only compare keys; a `FilePoll` looks at the file.
///
/// `@unchecked Sendable`: the variables are only touched under `lock`, all else is constant.
package final class KeyStore: @unchecked Sendable {
  private let path: String
  private let report: @Sendable (String) -> Void
  private let poll = FilePoll("dragoman.keys")
  private let lock = NSLock()
  private var keys: [APIKey]
  private var stamp: KeyFile.Stamp?

  /// Reads the file, and from then on looks at it now and then.
  /// - Parameters:
  ///   - pollIntervalSeconds: time between two looks at the file; infinity for none.
  ///   - report: receives a line when the file was read again and when that failed.
  /// - Throws: `FileError`.
  package init(
    path: String, pollIntervalSeconds: Double = 1, report: @escaping @Sendable (String) -> Void
  ) throws {
    let file = try KeyFile(path: path)
    self.path = path
    self.report = report
    keys = file.keys
    stamp = file.stamp
    poll.start(intervalSeconds: pollIntervalSeconds) { [weak self] in self?.reloadIfChanged() }
  }

  /// The key of the file that equals the text.
  func key(_ text: String) -> APIKey? {
    guard let candidate = PaddedSecret(text) else { return nil }
    // All keys are compared, so that the time does not tell which one matched.
    return lock.withLock { keys }.reduce(nil as APIKey?) { found, key in
      key.matches(candidate) ? key : found
    }
  }

  /// Reads the file again. A file that cannot be used leaves the keys as they were.
  package func reload() {
    do {
      let file = try KeyFile(path: path)
      lock.withLock {
        keys = file.keys
        stamp = file.stamp
      }
      report("\(path): \(file.keys.count) keys read")
    } catch {
      report("\(error); the keys stay as they were")
    }
  }

  /// Reads the file again if it is another one than last time.
  func reloadIfChanged() {
    let found = KeyFile.Stamp(path: path)
    let isSame = lock.withLock {
      defer { stamp = found }
      return stamp == found
    }
    if !isSame { reload() }
  }
}

// MARK: - The file

/// API keys in a text file, one per line: `key` or `name:key`. Up to three limits can follow: requests per minute,
/// characters per day, characters per month; `-` stands for none. Lines that begin with `#` are comments.
///
/// A key has 8 to 256 visible ASCII characters. A key that contains a colon needs a name before it: without one,
/// the text before the colon would be the name, and the rest is refused if it is shorter than a key.
struct KeyFile: Sendable {
  private static let maxBytes = 1 << 20
  private static let maxNameBytes = 64
  /// The numbers that can follow a key, in their order.
  private static let limited: [(name: String, range: ClosedRange<Int>, found: String)] = [
    ("requests a minute", 1...1_000_000, "no number after the key"),
    ("characters a day", 1...1_000_000_000_000, "no number of characters"),
    ("characters a month", 1...1_000_000_000_000, "no number of characters"),
  ]

  let keys: [APIKey]
  /// Identifies this state of the file.
  let stamp: Stamp

  struct Stamp: Equatable, Sendable {
    private let numbers: [Int]

    fileprivate init(_ status: stat) {
      numbers = [
        Int(truncatingIfNeeded: status.st_dev), Int(truncatingIfNeeded: status.st_ino), status.st_size,
        status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
      ]
    }

    /// Nil if there is no such file.
    init?(path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      self.init(status)
    }
  }

  /// Reads a file.
  /// - Throws: `FileError`, which never quotes a line, because a line can be a key.
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
    let limits = words.dropFirst().prefix { !$0.hasPrefix("#") }
    guard limits.count <= limited.count else {
      throw error("\(limits.count + 1) words", "a key and up to \(limited.count) numbers")
    }
    var numbers: [Int?] = []
    for (text, kind) in zip(limits, limited) {
      let number = Int(text)
      guard text == "-" || number.map(kind.range.contains) == true else {
        throw error(kind.found, "\(kind.name), \(kind.range.lowerBound) to \(kind.range.upperBound)")
      }
      numbers.append(number)
    }
    numbers += [Int?](repeating: nil, count: limited.count - numbers.count)
    let parts = words[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.count == 2 ? String(parts[0]) : "line-\(line)"
    guard isName(name) else { throw error("another name", "up to \(maxNameBytes) letters, digits, '.', '_' and '-'") }
    guard let secret = PaddedSecret(parts[parts.count - 1]) else {
      throw error(
        "a key of \(parts[parts.count - 1].utf8.count) bytes",
        "\(APIKey.lengths.lowerBound) to \(APIKey.lengths.upperBound) visible ASCII characters")
    }
    return APIKey(
      name: name, secret: secret, perMinute: numbers[0],
      quota: CharacterQuota(perDay: numbers[1], perMonth: numbers[2]))
  }

  private static func isName(_ name: String) -> Bool {
    (1...maxNameBytes).contains(name.utf8.count)
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) }
  }

  /// Reads the text rather than mapping it, because an editor can shorten the file at any time.
  private static func read(_ path: String) throws(FileError) -> (String, stat) {
    func error(_ found: String, _ expected: String = "a readable file of text") -> FileError {
      FileError(file: path, item: "file", found: found, expected: expected)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(unreadable: path, code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(unreadable: path, code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw error("a folder or device") }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      guard count >= 0 else { throw FileError(unreadable: path, code: errno) }
      if count == 0 { break }
      bytes += buffer[..<count]
      guard bytes.count <= maxBytes else { throw error("more than \(maxBytes) bytes", "at most that many") }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw error("bytes that are not UTF-8") }
    return (text, status)
  }
}

// MARK: - Keys

/// A key of the key file.
struct APIKey: Sendable {
  /// Lengths of keys, in characters.
  static let lengths = 8...256

  /// The name of its holder in logs.
  let name: String
  /// Limit on requests per minute; nil if the server's own limit applies.
  let perMinute: Int?
  let quota: CharacterQuota
  private let secret: PaddedSecret

  init(name: String, secret: PaddedSecret, perMinute: Int?, quota: CharacterQuota = CharacterQuota()) {
    self.name = name
    self.secret = secret
    self.perMinute = perMinute
    self.quota = quota
  }

  func matches(_ candidate: PaddedSecret) -> Bool { secret.equals(candidate) }
}

/// A key padded to one length, so that comparing two keys takes the same time whatever they are.
struct PaddedSecret: Sendable {
  /// The key padded to the length of the longest key, then a byte for its own length. (257)
  private let bytes: [UInt8]

  /// Nil if the text cannot be a key: too short, too long, or not of visible ASCII.
  init?(_ text: some StringProtocol) {
    let given = Array(text.utf8)
    guard APIKey.lengths.contains(given.count), given.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    let padding = [UInt8](repeating: 0, count: APIKey.lengths.upperBound - given.count)
    bytes = given + padding + [UInt8(truncatingIfNeeded: given.count)]
  }

  /// Compares all bytes in any case.
  func equals(_ other: PaddedSecret) -> Bool {
    var difference: UInt8 = 0
    for index in bytes.indices { difference |= bytes[index] ^ other.bytes[index] }
    return difference == 0
  }
}
