import Foundation

/// Lines of a file or pipe, without their ends; CRLF counts as one end. Reads as it goes, whatever the size.
struct LineReader {
  private let descriptor: Int32
  /// What errors call it.
  private let name: String
  private var buffer: [UInt8] = []
  private var position = 0
  private var isAtEnd = false
  private var number = 0

  init(descriptor: Int32 = STDIN_FILENO, name: String = "standard input") {
    self.descriptor = descriptor
    self.name = name
  }

  /// All lines of a file.
  static func lines(of path: String, limit: Int = .max) throws -> [String] {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw InputError(description: "\(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var reader = LineReader(descriptor: descriptor, name: path)
    var lines: [String] = []
    while lines.count < limit, let line = try reader.next() { lines.append(line) }
    return lines
  }

  /// - Throws: `InputError` where a line is no UTF-8 or reading fails.
  mutating func next() throws -> String? {
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

  /// Drops what was handed out and reads on.
  private mutating func fill() throws {
    buffer.removeFirst(position)
    position = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var count = read(descriptor, &chunk, chunk.count)
    while count < 0, errno == EINTR { count = read(descriptor, &chunk, chunk.count) }
    guard count >= 0 else { throw InputError(description: "\(name): cannot read: \(String(cString: strerror(errno)))") }
    if count == 0 { isAtEnd = true }
    buffer += chunk[..<count]
  }

  private mutating func text(_ bytes: ArraySlice<UInt8>) throws -> String {
    number += 1
    let line = bytes.last == 0x0D ? bytes.dropLast() : bytes
    guard let text = String(validating: line, as: UTF8.self) else {
      throw InputError(description: "\(name): line \(number): found broken UTF-8, expected UTF-8")
    }
    return text
  }
}

/// Input that can not be read.
struct InputError: Error, CustomStringConvertible {
  let description: String
}
