import Compression
import Foundation
import Glibc

/// A regular file that is open for reading. Its bytes are copied out on request and never mapped.
///
/// A mapped file that another program truncates ends the process with SIGBUS, and one that is overwritten changes under
/// the program's hands. A copy does neither, and `checkUnchanged` tells whether all copies are of one state of the file.
package final class InputFile: Sendable {
  package let path: String
  /// Size in bytes when the file was opened.
  package let count: Int
  private let descriptor: Int32
  private let stamp: FileStamp
  /// The bytes and the file on disk that they were unpacked from; nil for a file that is read as it is.
  private let unpacked: (bytes: UnpackedBytes, packed: InputFile)?
  private let failure = FirstFailure()

  /// - Parameter limit: the largest size in bytes that is accepted.
  /// - Throws: `FileError` if the path is no regular file, cannot be opened or is too large.
  package init(path: String, atMost limit: Int = .max) throws(FileError) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.unreadable(path, found: Self.reason(errno)) }
    do throws(FileError) {
      let status = try Self.status(of: descriptor, path: path)
      guard status.st_mode & S_IFMT == S_IFREG else { throw Self.unreadable(path, found: "a folder or device") }
      stamp = FileStamp(status)
      count = Int(status.st_size)
      guard count <= limit else {
        throw FileError(file: path, item: "file", found: "\(count) bytes", expected: "at most \(limit)")
      }
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    unpacked = nil
  }

  /// Unpacks a file into memory that is freed with this object.
  ///
  /// - Parameter limit: the largest unpacked size in bytes that is accepted. A file that declares no size can unpack to
  ///   four times its own at most.
  /// - Throws: `FileError` if the packed bytes are broken, or unpack to more than the limit or the declared size.
  package init(unpacking packed: InputFile, _ packing: Packing, atMost limit: Int = .max) throws(FileError) {
    path = packed.path
    stamp = packed.stamp
    descriptor = -1
    let memory = UnpackedBytes()
    do {
      try packed.withBytes { input in
        guard packing.recognises(input) else {
          throw DecompressionError("other bytes", expected: "those of a \(packing.suffix) file")
        }
        let bound = min(limit, max(packing.declaredSize(input) ?? 0, 4 * input.count))
        try packing.decode(input, limit: bound) { memory.append($0) }
      }
    } catch {
      throw error as? FileError
        ?? FileError(
          file: packed.path, item: "packed data", found: (error as? DecompressionError)?.found ?? "\(error)",
          expected: (error as? DecompressionError)?.expected ?? "packed data")
    }
    count = memory.count
    unpacked = (memory, packed)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  // MARK: Reading

  /// Copies bytes of the file.
  /// - Parameter destination: room for as many bytes as the range has.
  /// - Throws: `FileError` if the file has become shorter or cannot be read.
  package func read(_ range: Range<Int>, into destination: UnsafeMutableRawPointer) throws(FileError) {
    if let unpacked { return unpacked.bytes.copy(range, into: destination) }
    var position = range.lowerBound
    while position < range.upperBound {
      let read = pread(
        descriptor, destination + (position - range.lowerBound), range.upperBound - position, off_t(position))
      if read > 0 {
        position += read
      } else if read == 0 || errno != EINTR {
        throw FileError(
          file: path, item: "file", found: read == 0 ? "an end at byte \(position)" : Self.reason(errno),
          expected: "the \(count) bytes that it had when it was opened")
      }
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

  /// Keeps an error of a reader that cannot throw; `checkUnchanged` throws the first of them.
  package func note(_ error: FileError) { failure.note(error) }

  /// - Throws: `FileError` if the file has been written to, replaced or removed since it was opened, or the first error
  ///   that was noted.
  package func checkUnchanged() throws(FileError) {
    if let error = failure.error { throw error }
    if let unpacked { return try unpacked.packed.checkUnchanged() }
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
    guard fstat(descriptor, &status) == 0 else { throw unreadable(path, found: reason(errno)) }
    return status
  }

  private static func unreadable(_ path: String, found: String) -> FileError {
    FileError(file: path, item: "file", found: found, expected: "a readable file")
  }

  private static func reason(_ code: Int32) -> String {
    strerror(code).map { "the error \"\(String(cString: $0))\"" } ?? "error \(code)"
  }
}

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

/// Bytes that a decoder appends once and readers copy afterwards.
// @unchecked: the memory is written while one initializer of `InputFile` runs, and only read afterwards.
private final class UnpackedBytes: @unchecked Sendable {
  private(set) var count = 0
  private var bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  deinit { bytes.deallocate() }

  func append(_ piece: UnsafeRawBufferPointer) {
    if bytes.count - count < piece.count {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: max(2 * bytes.count, count + piece.count), alignment: FileBytes.alignment)
      larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      bytes.deallocate()
      bytes = larger
    }
    UnsafeMutableRawBufferPointer(rebasing: bytes[count...]).copyMemory(from: piece)
    count += piece.count
  }

  /// - Parameter range: within `count`.
  func copy(_ range: Range<Int>, into destination: UnsafeMutableRawPointer) {
    guard let base = bytes.baseAddress else { return }
    destination.copyMemory(from: base + range.lowerBound, byteCount: range.count)
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

// @unchecked: `first` is only touched under `lock`.
private final class FirstFailure: @unchecked Sendable {
  private let lock = NSLock()
  private var first: FileError?

  var error: FileError? { lock.withLock { first } }

  func note(_ error: FileError) { lock.withLock { first = first ?? error } }
}
