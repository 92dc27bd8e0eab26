import Files

/// One tensor where it lies in a file: name, type and shape have been checked against the file's size.
package struct StoredTensor: Sendable {
  package let name: String
  package let type: ElementType
  package let shape: [Int]
  package let file: InputFile
  /// Bytes of `file`; not necessarily aligned for the type.
  package let range: Range<Int>

  package init(name: String, type: ElementType, shape: [Int], file: InputFile, range: Range<Int>) {
    self.name = name
    self.type = type
    self.shape = shape
    self.file = file
    self.range = range
  }

  package var count: Int { shape.reduce(1, *) }

  /// Calls `body` with a copy of the tensor's bytes, valid until `body` returns.
  /// - Throws: `FileError` if the file cannot be read.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    try file.withBytes(range, body)
  }
}
