/// The name of the encoding of a file, which the file itself gives.
enum NamedCharset {
  /// Bytes of a file in which the name is looked for.
  private static let headBytes = 1 << 14

  /// Finds the name in the header of a message catalogue, whose text is that of the first message (GNU gettext manual,
  /// "Header Entry").
  @Sendable static func ofCatalogue(_ file: ArraySlice<UInt8>) -> Range<Int>? {
    let field = Array("\"Content-Type:".utf8)
    for line in file.prefix(headBytes).split(separator: UInt8(ascii: "\n")) where line.starts(with: field) {
      return value(of: "charset", in: line)
    }
    return nil
  }

  /// Finds the name in the declaration of XML, or in a `meta` element of HTML.
  @Sendable static func ofMarkup(_ file: ArraySlice<UInt8>) -> Range<Int>? {
    for tag in file.prefix(headBytes).split(separator: UInt8(ascii: "<")) {
      let name = tag.prefix { $0 != 0x20 && $0 > 0x0D && $0 != UInt8(ascii: ">") }.map { $0 | 0x20 }
      let content = tag.prefix { $0 != UInt8(ascii: ">") }
      if name == Array("?xml".utf8), let found = value(of: "encoding", in: content) { return found }
      if name == Array("meta".utf8), let found = value(of: "charset", in: content) { return found }
    }
    return nil
  }

  /// Finds what follows a key and its equals sign, in quotes or not.
  private static func value(of key: String, in bytes: ArraySlice<UInt8>) -> Range<Int>? {
    // A bit makes ASCII's capitals small.
    guard let found = bytes.map({ $0 | 0x20 }).firstRange(of: key.utf8.map { $0 | 0x20 }) else { return nil }
    let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
    var rest = bytes.dropFirst(found.upperBound).drop(while: isSpace)
    guard rest.first == UInt8(ascii: "=") else { return nil }
    rest = rest.dropFirst().drop(while: isSpace)
    if rest.first == UInt8(ascii: "\"") || rest.first == UInt8(ascii: "'") { rest = rest.dropFirst() }
    let name = rest.prefix { byte in
      byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        || Unicode.Scalar(byte).properties.isAlphabetic && byte < 0x80
        || (0x30...0x39).contains(byte)
    }
    return name.isEmpty ? nil : name.startIndex..<name.endIndex
  }
}
