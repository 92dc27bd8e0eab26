import Files

/// A reader of the fields of one protobuf message: https://protobuf.dev/programming-guides/encoding.
///
/// Every length is checked against its message before anything is read, and nothing is copied. A hostile file costs no
/// more than its own size.
package struct ProtobufReader {
  package enum Value: Equatable {
    case varint(UInt64)
    case fixed64(UInt64)
    /// Positions of the bytes in the file.
    case bytes(Range<Int>)
    case fixed32(UInt32)
  }

  package struct Field: Equatable {
    package var number: UInt64
    package var value: Value
    /// Position of the field in the file.
    package var offset: Int
  }

  private let bytes: UnsafeRawBufferPointer
  private var reader: ByteReader

  /// - Parameters:
  ///   - bytes: the whole file, which has to stay valid as long as this reader and its messages.
  ///   - file: path of the file, for messages.
  package init(_ bytes: UnsafeRawBufferPointer, file: String) {
    self.bytes = bytes
    reader = ByteReader(bytes, file: file)
  }

  private init(_ outer: ProtobufReader, range: Range<Int>) {
    bytes = outer.bytes
    reader = ByteReader(
      UnsafeRawBufferPointer(rebasing: bytes[range]), file: outer.reader.file, start: range.lowerBound)
  }

  /// A reader of the message inside a `.bytes` field of this one.
  package func message(_ range: Range<Int>) -> ProtobufReader {
    ProtobufReader(self, range: range.clamped(to: 0..<bytes.count))
  }

  /// Reads the next field; nil at the end of the message.
  /// - Throws: `FileError` if a field is cut short, longer than its message, or of an unknown wire type.
  package mutating func next() throws(FileError) -> Field? {
    guard reader.left > 0 else { return nil }
    let start = reader.position
    let key = try varint()
    guard key >> 3 != 0 else { throw failure(start, found: "field number 0", expected: "1 or more") }
    let value: Value
    switch key & 7 {
    case 0: value = .varint(try varint())
    case 1: value = .fixed64(try reader.integer(UInt64.self, "field at byte \(start)"))
    case 2: value = .bytes(try block())
    case 5: value = .fixed32(try reader.integer(UInt32.self, "field at byte \(start)"))
    default: throw failure(start, found: "wire type \(key & 7)", expected: "0, 1, 2 or 5")
    }
    return Field(number: key >> 3, value: value, offset: start)
  }

  private mutating func varint() throws(FileError) -> UInt64 {
    let start = reader.position
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard reader.left > 0 else {
        throw failure(start, found: "the end of the message inside a number", expected: "its last byte")
      }
      let byte = try reader.integer(UInt8.self, "")
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
    }
    throw failure(start, found: "a number of more than 10 bytes", expected: "at most 10")
  }

  private mutating func block() throws(FileError) -> Range<Int> {
    let start = reader.position
    let length = try varint()
    guard length <= UInt64(reader.left) else {
      throw failure(start, found: "a length of \(length)", expected: "at most the \(reader.left) bytes left")
    }
    let first = reader.position
    _ = try reader.run(Int(length), "")
    return first..<reader.position
  }

  private func failure(_ offset: Int, found: String, expected: String) -> FileError {
    FileError(file: reader.file, item: "byte \(offset)", found: found, expected: expected)
  }
}
