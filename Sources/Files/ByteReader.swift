/// A reader of little-endian numbers and runs of bytes, one after another, from untrusted bytes.
package struct ByteReader {
  package let bytes: UnsafeRawBufferPointer
  /// Path of the file, for messages.
  package let file: String
  /// Position of the first of `bytes` in the file, for messages.
  private let start: Int
  /// Position of the next byte within `bytes`.
  package private(set) var offset: Int

  /// - Parameters:
  ///   - start: position of the first of `bytes` in the file.
  ///   - offset: position within `bytes` to begin at.
  package init(_ bytes: UnsafeRawBufferPointer, file: String, start: Int = 0, offset: Int = 0) {
    self.bytes = bytes
    self.file = file
    self.start = start
    self.offset = offset
  }

  /// Position in the file of the next byte.
  package var position: Int { start + offset }

  /// Number of bytes that follow.
  package var left: Int { bytes.count - offset }

  /// - Parameter item: the number's meaning, for the message.
  package mutating func integer<Value: FixedWidthInteger>(
    _ type: Value.Type, _ item: @autoclosure () -> String
  ) throws(FileError) -> Value {
    let start = try run(MemoryLayout<Value>.size, item()).lowerBound
    return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: Value.self))
  }

  /// Takes the next `count` bytes and returns their range within `bytes`.
  /// - Throws: `FileError` if fewer bytes follow, or the count is negative.
  package mutating func run(_ count: Int, _ item: @autoclosure () -> String) throws(FileError) -> Range<Int> {
    guard count >= 0, count <= left else {
      throw FileError(
        file: file, item: item(), found: "\(count) bytes at byte \(position)",
        expected: "at most the \(left) bytes that follow")
    }
    defer { offset += count }
    return offset..<offset + count
  }

  package func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }

  /// Nil if the bytes are not UTF-8.
  package func text(_ range: Range<Int>) -> String? { String(validating: slice(range), as: UTF8.self) }
}
