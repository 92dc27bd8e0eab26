import Files

/// One tensor where it lies in a mapped file: name, type and shape have been checked against the file's size.
package struct StoredTensor: Sendable {
  package let name: String
  package let type: ElementType
  package let shape: [Int]
  package let file: MappedFile
  /// Bytes of `file`; not necessarily aligned for the type.
  package let range: Range<Int>

  package init(name: String, type: ElementType, shape: [Int], file: MappedFile, range: Range<Int>) {
    self.name = name
    self.type = type
    self.shape = shape
    self.file = file
    self.range = range
  }

  package var count: Int { shape.reduce(1, *) }

  /// Lets go of the memory behind the tensor: of use once it has been copied. It may still be read.
  package func release() { file.release(range) }

  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try file.withBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
  }
}
