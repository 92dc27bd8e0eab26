/// Takes the parts of a language model's file one after another; all numbers are little-endian.
struct ModelReader {
  let bytes: UnsafeRawBufferPointer
  private var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { offset == bytes.count }

  mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type, _ item: String) throws(LanguageModelError)
    -> Value
  {
    Value(littleEndian: bytes.loadUnaligned(fromByteOffset: try run(MemoryLayout<Value>.size, item), as: Value.self))
  }

  /// A number that is neither infinite nor not a number.
  mutating func real(_ item: String) throws(LanguageModelError) -> Double {
    let value = Double(Float(bitPattern: try integer(UInt32.self, item)))
    guard value.isFinite else { throw LanguageModelError(item: item, found: "\(value)", expected: "a number") }
    return value
  }

  mutating func text(_ count: Int, _ item: String) throws(LanguageModelError) -> String {
    let start = try run(count, item)
    return String(decoding: bytes[start..<start + count], as: UTF8.self)
  }

  mutating func array<Value: FixedWidthInteger>(
    _ type: Value.Type, _ count: Int, _ item: String
  ) throws(LanguageModelError) -> [Value] {
    let size = MemoryLayout<Value>.size
    let start = try run(count * size, item)
    return (0..<count).map {
      Value(littleEndian: bytes.loadUnaligned(fromByteOffset: start + $0 * size, as: Value.self))
    }
  }

  /// Where the next `count` bytes begin.
  private mutating func run(_ count: Int, _ item: String) throws(LanguageModelError) -> Int {
    guard count >= 0, count <= bytes.count - offset else {
      throw LanguageModelError(
        item: item, found: "\(count) bytes at byte \(offset)", expected: "at most the \(bytes.count - offset) left")
    }
    defer { offset += count }
    return offset
  }
}
