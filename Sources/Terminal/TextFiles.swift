import Glibc

/// A file or stream that text is written to. Unlike `FileHandle`, it throws when the disk is full.
package final class OutputFile: Sendable {
  package static let standardOutput = OutputFile(descriptor: STDOUT_FILENO, name: "standard output")
  package static let standardError = OutputFile(descriptor: STDERR_FILENO, name: "standard error")

  private let descriptor: Int32
  private let name: String
  private let isOwned: Bool

  private init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
    isOwned = false
  }

  /// Creates the file, or empties it if it exists.
  ///
  /// - Throws: `OutputError`.
  package init(path: String) throws {
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    name = path
    isOwned = descriptor >= 0
    guard descriptor >= 0 else { throw OutputError(name, code: errno) }
  }

  deinit { if isOwned { close(descriptor) } }

  /// - Throws: `OutputError` if the text could not be written completely.
  package func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }

  /// - Throws: `OutputError` if the bytes could not be written completely.
  package func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes(write)
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw OutputError(name, code: errno) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }
}

/// A failure to write a file or stream.
package struct OutputError: Error, CustomStringConvertible {
  package let description: String

  init(_ name: String, code: Int32) {
    description = "\(name): cannot be written: \(systemReason(code))"
  }
}

/// The lines of a file or pipe, without their ends; CRLF counts as one end. Memory is bounded by the longest line.
package struct LineReader {
  private let descriptor: Int32
  /// The file's name in errors.
  private let name: String
  private var buffer: [UInt8] = []
  private var position = 0
  private var isAtEnd = false
  private var lineNumber = 0

  package init(descriptor: Int32 = STDIN_FILENO, name: String = "standard input") {
    self.descriptor = descriptor
    self.name = name
  }

  /// The first `limit` lines of a file.
  ///
  /// - Throws: `InputError`.
  package static func lines(of path: String, limit: Int = .max) throws -> [String] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw InputError(path, code: errno) }
    defer { close(descriptor) }
    var reader = LineReader(descriptor: descriptor, name: path)
    var lines: [String] = []
    while lines.count < limit, let line = try reader.next() { lines.append(line) }
    return lines
  }

  /// The next line, or nil at the end.
  ///
  /// - Throws: `InputError` if a line is not UTF-8 or reading fails.
  package mutating func next() throws -> String? {
    var searched = position
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        defer { position = end + 1 }
        return try text(buffer[position..<end])
      }
      searched = buffer.count - position
      if isAtEnd {
        guard position < buffer.count else { return nil }
        defer { position = buffer.count }
        return try text(buffer[position...])
      }
      try fill()
    }
  }

  /// Whether a whole line, or the end, has been read or arrives in a while.
  /// - Parameter waitMilliseconds: the time to wait for further bytes each time.
  /// - Throws: `InputError` if reading fails.
  package mutating func hasLine(waitMilliseconds: Int32) throws -> Bool {
    var searched = position
    while !isAtEnd, !buffer[searched...].contains(0x0A) {
      var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&source, 1, waitMilliseconds) > 0 else { return false }
      searched = buffer.count - position
      try fill()
    }
    return true
  }

  /// Whether lines are typed by a person.
  package var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Drops the lines that were returned and reads further bytes.
  private mutating func fill() throws {
    buffer.removeFirst(position)
    position = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var count = read(descriptor, &chunk, chunk.count)
    while count < 0, errno == EINTR { count = read(descriptor, &chunk, chunk.count) }
    guard count >= 0 else { throw InputError(name, code: errno) }
    if count == 0 { isAtEnd = true }
    buffer += chunk[..<count]
  }

  private mutating func text(_ bytes: ArraySlice<UInt8>) throws -> String {
    lineNumber += 1
    let line = bytes.last == 0x0D ? bytes.dropLast() : bytes
    guard let text = String(validating: line, as: UTF8.self) else {
      throw InputError("\(name): line \(lineNumber): found broken UTF-8, expected UTF-8")
    }
    return text
  }
}

/// Whole files, as bytes.
package enum InputBytes {
  /// - Throws: `InputError`.
  package static func ofFile(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw InputError(path, code: errno) }
    defer { close(descriptor) }
    return try read(descriptor, name: path)
  }

  /// - Throws: `InputError`.
  package static func ofStandardInput() throws -> [UInt8] {
    try read(STDIN_FILENO, name: "standard input")
  }

  private static func read(_ descriptor: Int32, name: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw InputError(name, code: errno) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }
}

/// A file, stream or text that cannot be read.
package struct InputError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }

  init(_ name: String, code: Int32) {
    self.init("\(name): cannot be read: \(systemReason(code))")
  }
}

/// The system's reason of an error, as it continues a sentence.
private func systemReason(_ code: Int32) -> String {
  let reason = String(cString: strerror(code))
  return reason.prefix(1).lowercased() + reason.dropFirst()
}
