import Files

/// The header of a `.npy` file: element type and shape of the array after it.
///
/// Format: NumPy Enhancement Proposal 1, versions 1 to 3. Six bytes of magic, two of version, the length of a text
/// (u16, or u32 from version 2), and the text: a Python dictionary with `descr`, `fortran_order` and `shape`.
package struct NumpyHeader {
  /// The elements' type and byte order as NumPy writes them, such as `<f4`.
  package let descriptor: String
  /// Empty for a scalar.
  package let shape: [Int]
  /// Bytes of the header.
  package let length: Int

  /// The most bytes that a header can have.
  package static let maxSize = maxLength + 12

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  private static let maxLength = 1 << 14
  fileprivate static let maxDimensions = 8

  /// - Parameter name: name of the array, for messages.
  /// - Throws: `FileError` if the bytes begin with no header, or the array is in column-major order.
  package init(_ reader: ByteReader, name: String) throws(FileError) {
    var reader = reader
    let text = try Self.text(&reader, name)
    length = reader.offset
    do {
      var parser = NumpyHeaderText(text)
      let fields = try parser.parse()
      descriptor = fields.descriptor
      shape = fields.shape
    } catch {
      throw FileError(file: reader.file, item: name, found: error.found, expected: error.expected)
    }
  }

  private static func text(_ reader: inout ByteReader, _ name: String) throws(FileError) -> UnsafeRawBufferPointer {
    func error(_ found: String, _ expected: String) -> FileError {
      FileError(file: reader.file, item: name, found: found, expected: expected)
    }
    guard reader.left >= magic.count, reader.slice(try reader.run(magic.count, name)).elementsEqual(magic) else {
      throw error("other bytes at its start", "an array of NumPy")
    }
    let version = try reader.integer(UInt8.self, name)
    _ = try reader.integer(UInt8.self, name)
    guard (1...3).contains(version) else { throw error("version \(version)", "a .npy header of version 1, 2 or 3") }
    let length =
      version == 1 ? Int(try reader.integer(UInt16.self, name)) : Int(try reader.integer(UInt32.self, name))
    guard length <= maxLength else { throw error("a header of \(length) bytes", "at most \(maxLength)") }
    return reader.slice(try reader.run(length, name))
  }
}

/// The dictionary in a `.npy` header, as NumPy writes it: `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
private struct NumpyHeaderText {
  struct Failure: Error {
    var found: String
    var expected: String
  }

  private let bytes: UnsafeRawBufferPointer
  private var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func parse() throws(Failure) -> (descriptor: String, shape: [Int]) {
    var descriptor: String?
    var shape: [Int]?
    var hasOrder = false
    try take("{")
    while !takeIf("}") {
      let key = try quoted()
      try take(":")
      switch key {
      case "descr" where descriptor == nil: descriptor = try quoted()
      case "fortran_order" where !hasOrder:
        try rowMajor()
        hasOrder = true
      case "shape" where shape == nil: shape = try tuple()
      default:
        throw Failure(found: "\"\(key.prefix(40))\" in the header", expected: "descr, fortran_order and shape, once")
      }
      if !takeIf(",") {
        try take("}")
        break
      }
    }
    guard peek() == nil else { throw failure("the end of the header") }
    guard let descriptor, let shape, hasOrder else {
      throw Failure(found: "too few keys in the header", expected: "descr, fortran_order and shape")
    }
    return (descriptor, shape)
  }

  private mutating func rowMajor() throws(Failure) {
    guard !takeWord("True") else {
      throw Failure(found: "fortran_order True", expected: "False: arrays in row-major order")
    }
    guard takeWord("False") else { throw failure("True or False") }
  }

  private mutating func tuple() throws(Failure) -> [Int] {
    var numbers: [Int] = []
    try take("(")
    while !takeIf(")") {
      guard numbers.count < NumpyHeader.maxDimensions else {
        throw Failure(found: "more dimensions", expected: "at most \(NumpyHeader.maxDimensions)")
      }
      numbers.append(try integer())
      if !takeIf(",") {
        try take(")")
        break
      }
    }
    return numbers
  }

  // MARK: Words

  private mutating func integer() throws(Failure) -> Int {
    guard let first = peek(), Self.isDigit(first) else { throw failure("a whole number") }
    let start = offset
    while offset < bytes.count, Self.isDigit(bytes[offset]) { offset += 1 }
    let digits = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard digits.utf8.count <= 19, let value = Int(digits) else {
      throw Failure(found: "\(digits.prefix(40)) in the shape", expected: "a number of 64 bits")
    }
    return value
  }

  private mutating func quoted() throws(Failure) -> String {
    guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw failure("a quoted word")
    }
    guard let end = bytes[(offset + 1)...].firstIndex(of: quote) else { throw failure("a closing quote") }
    defer { offset = end + 1 }
    return String(decoding: bytes[offset + 1..<end], as: UTF8.self)
  }

  private mutating func takeWord(_ word: String) -> Bool {
    _ = peek()
    guard bytes[offset...].starts(with: word.utf8) else { return false }
    offset += word.utf8.count
    return true
  }

  private mutating func take(_ character: Character) throws(Failure) {
    guard takeIf(character) else { throw failure("'\(character)'") }
  }

  private mutating func takeIf(_ character: Character) -> Bool {
    guard let byte = peek(), byte == character.asciiValue else { return false }
    offset += 1
    return true
  }

  /// The next byte that is not white space; it is not consumed.
  private mutating func peek() -> UInt8? {
    while offset < bytes.count, bytes[offset] == 0x20 || bytes[offset] == 0x0A { offset += 1 }
    return offset < bytes.count ? bytes[offset] : nil
  }

  private func failure(_ expected: String) -> Failure {
    Failure(found: "byte \(offset) of the header", expected: expected)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
