import Glibc

/// A file mapped for reading, unmapped when the last tensor that points into it is gone.
///
/// The file must not shrink while it is mapped: the kernel answers reads past the new end with SIGBUS.
package final class MappedFile: @unchecked Sendable {  // Immutable after init; the pages are mapped read-only.
  package let path: String
  package let count: Int
  private let base: UnsafeMutableRawPointer?

  /// - Parameter limit: bytes that the file may have.
  /// - Throws: `FileError` where the path is no regular file that can be opened and mapped, or one that is too large.
  package init(path: String, atMost limit: Int = .max) throws {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.error(path, found: Self.reason(errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.error(path, found: Self.reason(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw Self.error(path, found: "a folder or device") }
    count = Int(status.st_size)
    guard count <= limit else {
      throw FileError(file: path, item: "file", found: "\(count) bytes", expected: "at most \(limit)")
    }
    guard count > 0 else {  // mmap refuses a length of zero
      base = nil
      return
    }
    let mapping = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let mapping, mapping != MAP_FAILED else { throw Self.error(path, found: Self.reason(errno)) }
    base = mapping
  }

  deinit {
    if let base { munmap(base, count) }
  }

  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeRawBufferPointer(start: base, count: count))
  }

  /// Lets go of the memory of these bytes where they fill whole pages: of use once they have been copied. Whoever reads
  /// them all the same finds them as they were, from the kernel's cache or the disk.
  /// - Parameter range: bytes of the file; what lies beyond its end is left out.
  package func release(_ range: Range<Int>) {
    guard let base else { return }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let inside = range.clamped(to: 0..<count)
    let start = (inside.lowerBound + page - 1) / page * page
    // The file's last page holds nothing else.
    let end = inside.upperBound == count ? count : inside.upperBound / page * page
    if start < end { madvise(base + start, end - start, MADV_DONTNEED) }
  }

  private static func error(_ path: String, found: String) -> FileError {
    FileError(file: path, item: "file", found: found, expected: "a readable file")
  }

  private static func reason(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
  }
}
