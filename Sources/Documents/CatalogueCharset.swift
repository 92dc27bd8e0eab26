/// The name of the encoding of a message catalogue, which its header gives (GNU gettext manual, "Header Entry").
enum CatalogueCharset {
  /// Bytes of a file in which the header is looked for.
  private static let headBytes = 1 << 14
  private static let field = Array("\"Content-Type:".utf8)
  private static let key = Array("charset=".utf8)

  /// Finds the name in the bytes of a catalogue: the field of the first message, whose text is empty.
  @Sendable static func range(in file: ArraySlice<UInt8>) -> Range<Int>? {
    for line in file.prefix(headBytes).split(separator: UInt8(ascii: "\n")) where line.starts(with: field) {
      guard let found = line.firstRange(of: key) else { return nil }
      let name = line[found.upperBound...].prefix { byte in
        !["\\", "\"", ";", " "].contains(Unicode.Scalar(byte))
      }
      return name.isEmpty ? nil : name.startIndex..<name.endIndex
    }
    return nil
  }
}
