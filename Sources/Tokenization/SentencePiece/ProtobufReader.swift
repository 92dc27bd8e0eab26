import Files

/// Walks the fields of one protobuf message: https://protobuf.dev/programming-guides/encoding.
///
/// Every length is checked against the message it lies in before anything is read, and nothing is copied, so a
/// hostile file costs no more than its own size.
package struct ProtobufReader {
  package enum Value: Equatable {
    case varint(UInt64)
    case fixed64(UInt64)
    /// Where the bytes lie in the file.
    case bytes(Range<Int>)
    case fixed32(UInt32)
  }

  package struct Field: Equatable {
    package var number: UInt64
    package var value: Value
    /// Where the field starts in the file.
    package var offset: Int
  }

  private let bytes: [UInt8]
  private let file: String
  private let end: Int
  private var position: Int

  package init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    position = 0
    end = bytes.count
  }

  private init(_ outer: ProtobufReader, range: Range<Int>) {
    bytes = outer.bytes
    file = outer.file
    position = range.lowerBound
    end = range.upperBound
  }

  /// A reader of the message inside a `.bytes` field of this one.
  package func message(_ range: Range<Int>) -> ProtobufReader {
    ProtobufReader(self, range: range.clamped(to: 0..<bytes.count))
  }

  /// - Returns: nil at the end of the message.
  /// - Throws: `FileError` where a field is cut short, longer than its message, or of an unknown wire type.
  package mutating func next() throws -> Field? {
    guard position < end else { return nil }
    let start = position
    let key = try varint()
    guard key >> 3 != 0 else { throw failure(start, found: "field number 0", expected: "1 or more") }
    let value: Value
    switch key & 7 {
    case 0: value = .varint(try varint())
    case 1: value = .fixed64(try fixed(width: 8))
    case 2: value = .bytes(try block())
    case 5: value = .fixed32(UInt32(truncatingIfNeeded: try fixed(width: 4)))
    default: throw failure(start, found: "wire type \(key & 7)", expected: "0, 1, 2 or 5")
    }
    return Field(number: key >> 3, value: value, offset: start)
  }

  private mutating func varint() throws -> UInt64 {
    let start = position
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < end else {
        throw failure(start, found: "the end of the message inside a number", expected: "its last byte")
      }
      let byte = bytes[position]
      position += 1
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
    }
    throw failure(start, found: "a number of more than 10 bytes", expected: "at most 10")
  }

  private mutating func fixed(width: Int) throws -> UInt64 {
    guard end - position >= width else {
      throw failure(position, found: "\(end - position) bytes left", expected: "\(width)")
    }
    defer { position += width }
    return (0..<width).reduce(0) { $0 | UInt64(bytes[position + $1]) << UInt64(8 * $1) }
  }

  private mutating func block() throws -> Range<Int> {
    let start = position
    let length = try varint()
    guard length <= UInt64(end - position) else {
      throw failure(start, found: "a length of \(length)", expected: "at most the \(end - position) bytes left")
    }
    defer { position += Int(length) }
    return position..<position + Int(length)
  }

  private func failure(_ offset: Int, found: String, expected: String) -> FileError {
    FileError(file: file, item: "byte \(offset)", found: found, expected: expected)
  }
}
