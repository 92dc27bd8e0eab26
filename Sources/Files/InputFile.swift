import Compression
import Foundation
import Glibc

/// A regular file that is open for reading, or bytes that stand for one. Bytes are copied out on request and never
/// mapped.
///
/// A mapped file that another program truncates ends the process with SIGBUS, and one that is overwritten changes under
/// the program's hands. A copy does neither, and `checkUnchanged` tells whether all copies are of one state of the file.
package final class InputFile: Sendable {
  package let path: String
  /// Size in bytes when the file was opened.
  package let count: Int
  private let content: Content
  private let failure = FirstFailure()

  private enum Content {
    case disk(OpenedFile)
    /// Bytes in memory. A change of `origin`, which they were made of, is a change of this file.
    case memory(MemoryBytes, origin: InputFile?)
    /// The bytes of another file from `start` on.
    case part(of: InputFile, start: Int)
  }

  /// - Parameter limit: the largest size in bytes that is accepted.
  /// - Throws: `FileError` if the path is no regular file, cannot be opened or is too large.
  package init(path: String, atMost limit: Int = .max) throws(FileError) {
    self.path = path
    let file = try OpenedFile(path: path)
    count = file.count
    content = .disk(file)
    guard count <= limit else {
      throw FileError(file: path, item: "file", found: "\(count) bytes", expected: "at most \(limit)")
    }
  }

  /// Makes a file of bytes in memory, which are freed with this object.
  ///
  /// - Parameters:
  ///   - path: the name in messages.
  ///   - origin: the file that the bytes are made of; nil if there is none.
  ///   - produce: passes the bytes, piece by piece, to the function that it is given.
  /// - Throws: `FileError` if there is no memory for the bytes, or the error of `produce`.
  package init(
    path: String, origin: InputFile? = nil, produce: (@escaping (UnsafeRawBufferPointer) -> Void) throws -> Void
  ) throws {
    self.path = path
    let memory = MemoryBytes()
    try produce { memory.append($0) }
    if let size = memory.refusedSize {
      throw FileError(file: path, item: "memory", found: "no room for \(size) bytes", expected: "the unpacked file")
    }
    memory.shrink()
    count = memory.count
    content = .memory(memory, origin: origin)
  }

  /// Makes a file of some bytes of another one, without a copy.
  ///
  /// - Parameters:
  ///   - range: within the other file.
  ///   - path: the name in messages.
  package init(_ range: Range<Int>, of file: InputFile, path: String) {
    self.path = path
    count = range.count
    content = .part(of: file, start: range.lowerBound)
  }

  /// Unpacks a file into memory that is freed with this object.
  ///
  /// - Parameter limit: the largest unpacked size in bytes that is accepted. A file that declares no size can unpack to
  ///   four times its own at most.
  /// - Throws: `FileError` if the packed bytes are broken, or unpack to more than the limit or the declared size.
  package convenience init(unpacking packed: InputFile, _ packing: Packing, atMost limit: Int = .max) throws(FileError)
  {
    do {
      try self.init(path: packed.path, origin: packed) { append in
        try packed.withBytes { input in
          guard packing.recognises(input) else {
            throw DecompressionError("other bytes", expected: "those of a \(packing.suffix) file")
          }
          let bound = min(limit, max(packing.declaredSize(input) ?? 0, 4 * input.count))
          try packing.decode(input, limit: bound) { append($0) }
        }
      }
    } catch {
      throw FileError(file: packed.path, item: "packed data", unpacking: error)
    }
  }

  // MARK: Reading

  /// Copies bytes of the file.
  /// - Parameter destination: room for as many bytes as the range has.
  /// - Throws: `FileError` if the file has become shorter or cannot be read.
  package func read(_ range: Range<Int>, into destination: UnsafeMutableRawPointer) throws(FileError) {
    switch content {
    case .disk(let file): try file.read(range, into: destination)
    case .memory(let bytes, _): bytes.copy(range, into: destination)
    case .part(let file, let start):
      try file.read(start + range.lowerBound..<start + range.upperBound, into: destination)
    }
  }

  /// Calls `body` with a copy of some bytes of the file, valid until `body` returns and aligned for any element type.
  package func withBytes<Result>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: FileBytes.alignment)
    defer { copy.deallocate() }
    if let base = copy.baseAddress { try read(range, into: base) }
    return try body(UnsafeRawBufferPointer(copy))
  }

  /// Calls `body` with a copy of the whole file.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    try withBytes(0..<count, body)
  }

  // MARK: Changes

  /// Keeps an error of a reader that cannot throw; `checkUnchanged` throws the first of them. The file that this one is
  /// made of keeps it, because that is the one that loading checks.
  package func note(_ error: FileError) {
    if let origin { origin.note(error) } else { failure.note(error) }
  }

  /// - Throws: `FileError` if the file has been written to, replaced or removed since it was opened, or the first error
  ///   that was noted.
  package func checkUnchanged() throws(FileError) {
    if let error = failure.error { throw error }
    if let origin { return try origin.checkUnchanged() }
    if case .disk(let file) = content { try file.checkUnchanged() }
  }

  private var origin: InputFile? {
    switch content {
    case .disk: nil
    case .memory(_, let origin): origin
    case .part(let file, _): file
    }
  }
}

// MARK: - On disk

/// A regular file that is open for reading, closed with its last owner.
private final class OpenedFile: Sendable {
  private let path: String
  let count: Int
  private let descriptor: Int32
  private let stamp: FileStamp

  /// - Throws: `FileError` if the path is no regular file or cannot be opened.
  init(path: String) throws(FileError) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(unreadable: path, code: errno) }
    do throws(FileError) {
      let status = try Self.status(of: descriptor, path: path)
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw FileError(file: path, problem: "is a folder or a device, not a file")
      }
      stamp = FileStamp(status)
      count = Int(status.st_size)
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  func read(_ range: Range<Int>, into destination: UnsafeMutableRawPointer) throws(FileError) {
    var position = range.lowerBound
    while position < range.upperBound {
      let read = pread(
        descriptor, destination + (position - range.lowerBound), range.upperBound - position, off_t(position))
      if read > 0 {
        position += read
      } else if read == 0 {
        throw FileError(
          file: path, item: "file", found: "an end at byte \(position)",
          expected: "the \(count) bytes that it had when it was opened")
      } else if errno != EINTR {
        throw FileError(unreadable: path, code: errno)
      }
    }
  }

  func checkUnchanged() throws(FileError) {
    var named = stat()
    guard stat(path, &named) == 0, FileStamp(named) == stamp,
      FileStamp(try Self.status(of: descriptor, path: path)) == stamp
    else {
      throw FileError(
        file: path, item: "file", found: "a change while it was being loaded",
        expected: "files that stay as they are: write new ones beside them, rename them, then load")
    }
  }

  private static func status(of descriptor: Int32, path: String) throws(FileError) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(unreadable: path, code: errno) }
    return status
  }
}

/// The marks by which a change of a file shows: writing to it changes its times, replacing it its number.
private struct FileStamp: Equatable {
  private let numbers: [Int]

  init(_ status: stat) {
    numbers = [
      Int(bitPattern: UInt(status.st_dev)), Int(bitPattern: UInt(status.st_ino)), Int(status.st_size),
      status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
    ]
  }
}

// MARK: - In memory

/// Bytes that a decoder appends once and readers copy afterwards.
// @unchecked: the memory is written while one initializer of `InputFile` runs, and only read afterwards.
private final class MemoryBytes: @unchecked Sendable {
  private(set) var count = 0
  /// The size that the system refused; nothing is appended after that.
  private(set) var refusedSize: Int?
  private var capacity = 0
  private var bytes: UnsafeMutableRawPointer?

  deinit { free(bytes) }

  func append(_ piece: UnsafeRawBufferPointer) {
    guard let source = piece.baseAddress, piece.count > 0, refusedSize == nil else { return }
    if capacity - count < piece.count { resize(to: max(capacity + capacity / 2, count + piece.count)) }
    guard refusedSize == nil else { return }
    bytes?.advanced(by: count).copyMemory(from: source, byteCount: piece.count)
    count += piece.count
  }

  /// Gives back the room that is not used.
  func shrink() {
    if count < capacity { resize(to: max(count, 1)) }
  }

  /// Large blocks are moved by the kernel, without a second copy.
  private func resize(to size: Int) {
    guard let moved = realloc(bytes, size) else {
      refusedSize = size
      return
    }
    bytes = moved
    capacity = size
  }

  /// - Parameter range: within `count`.
  func copy(_ range: Range<Int>, into destination: UnsafeMutableRawPointer) {
    guard let bytes else { return }
    destination.copyMemory(from: bytes + range.lowerBound, byteCount: range.count)
  }
}

// MARK: - Copies and errors

/// A copy of some bytes of a file, freed with its last owner and aligned for any element type.
// @unchecked: the memory is written in the initializer alone.
package final class FileBytes: @unchecked Sendable {
  static let alignment = 64

  /// Valid as long as this object lives.
  package let bytes: UnsafeRawBufferPointer

  /// - Throws: `FileError` if the file has become shorter or cannot be read.
  package init(_ file: InputFile, _ range: Range<Int>) throws(FileError) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: Self.alignment)
    bytes = UnsafeRawBufferPointer(copy)
    if let base = copy.baseAddress { try file.read(range, into: base) }
  }

  deinit { bytes.deallocate() }
}

// @unchecked: `first` is only touched under `lock`.
private final class FirstFailure: @unchecked Sendable {
  private let lock = NSLock()
  private var first: FileError?

  var error: FileError? { lock.withLock { first } }

  func note(_ error: FileError) { lock.withLock { first = first ?? error } }
}
