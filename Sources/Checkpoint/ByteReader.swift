import Files

/// Takes little-endian numbers and runs of bytes, one after another, from bytes that nobody vouches for.
struct ByteReader {
  let bytes: UnsafeRawBufferPointer
  /// For messages.
  let file: String
  /// Position of the first of `bytes` in the file, for messages.
  private let start: Int
  private(set) var offset: Int

  /// - Parameters:
  ///   - start: position of the first of `bytes` in the file.
  ///   - offset: position within `bytes` to begin at.
  init(_ bytes: UnsafeRawBufferPointer, file: String, start: Int = 0, offset: Int = 0) {
    self.bytes = bytes
    self.file = file
    self.start = start
    self.offset = offset
  }

  /// Position in the file of the next byte.
  var position: Int { start + offset }

  var left: Int { bytes.count - offset }

  /// - Parameter item: what the number is, for the message.
  mutating func integer<Value: FixedWidthInteger>(
    _ type: Value.Type, _ item: @autoclosure () -> String
  ) throws(FileError) -> Value {
    let start = try run(MemoryLayout<Value>.size, item()).lowerBound
    return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: Value.self))
  }

  /// The positions of the next `count` bytes; a negative count is refused like one past the end.
  mutating func run(_ count: Int, _ item: @autoclosure () -> String) throws(FileError) -> Range<Int> {
    guard count >= 0, count <= left else {
      throw FileError(
        file: file, item: item(), found: "\(count) bytes at byte \(position)",
        expected: "at most the \(left) bytes that follow")
    }
    defer { offset += count }
    return offset..<offset + count
  }

  func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }

  /// Nil where the bytes are not UTF-8.
  func text(_ range: Range<Int>) -> String? { String(validating: slice(range), as: UTF8.self) }
}
