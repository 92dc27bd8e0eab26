import Glibc

/// A file or stream that text goes to. `FileHandle` would trap where the disk is full.
package final class OutputFile: Sendable {
  static let standardOutput = OutputFile(descriptor: STDOUT_FILENO, name: "standard output")
  static let standardError = OutputFile(descriptor: STDERR_FILENO, name: "standard error")

  private let descriptor: Int32
  private let name: String
  private let isOwned: Bool

  private init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
    isOwned = false
  }

  /// A new file, or an old one emptied.
  /// - Throws: `OutputError`.
  package init(path: String) throws {
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    name = path
    isOwned = descriptor >= 0
    guard descriptor >= 0 else { throw OutputError(name, code: errno) }
  }

  deinit { if isOwned { close(descriptor) } }

  /// - Throws: `OutputError` where not all of it could be written.
  package func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }

  /// - Throws: `OutputError` where not all of them could be written.
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

/// Output that can not be written.
package struct OutputError: Error, CustomStringConvertible {
  package let description: String

  init(_ name: String, code: Int32) {
    description = "\(name): cannot write: \(String(cString: strerror(code)))"
  }
}
