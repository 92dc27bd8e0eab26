import CResources

/// A file that is part of the program, so that one binary is the whole installation.
///
/// `@unchecked Sendable`: the bytes are constants of the program.
package struct Resource: @unchecked Sendable {
  package let bytes: UnsafeRawBufferPointer

  /// - Parameter path: a path in `CResources/files.h`.
  /// - Returns: nil if there is no such file.
  package init?(_ path: String) {
    var next = cr_first_resource()
    while let entry = next, let name = entry.pointee.name {
      if path == String(cString: name) {
        bytes = UnsafeRawBufferPointer(start: entry.pointee.start, count: entry.pointee.end - entry.pointee.start)
        return
      }
      next = entry + 1
    }
    return nil
  }

  package var text: String { String(decoding: bytes, as: UTF8.self) }
}
