import Markup

/// The attributes of a start tag in XML 1.0, whose bytes are read only if one is asked for.
package struct XMLTag {
  private let bytes: ArraySlice<UInt8>

  /// - Parameter bytes: the tag, from `<` to `>`.
  package init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  /// Returns the value of an attribute without references; nil if the tag has none of this name.
  package func value(of name: String) -> String? { attributes.first { $0.name == name }?.value }

  /// The attributes in their order, with values without references.
  var attributes: [(name: String, value: String)] {
    var attributes: [(name: String, value: String)] = []
    var index = bytes.dropFirst().firstIndex(where: Self.isSpace) ?? bytes.endIndex
    while index < bytes.endIndex {
      while index < bytes.endIndex, Self.isSpace(bytes[index]) { index += 1 }
      let start = index
      while index < bytes.endIndex, bytes[index] != UInt8(ascii: "="), !Self.isSpace(bytes[index]) { index += 1 }
      let name = String(decoding: bytes[start..<index], as: UTF8.self)
      while index < bytes.endIndex, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "'") { index += 1 }
      guard index < bytes.endIndex else { break }
      let open = index + 1
      guard let close = bytes[open...].firstIndex(of: bytes[index]) else { break }
      let value = CharacterReferences.unescaped(String(decoding: bytes[open..<close], as: UTF8.self))
      attributes.append((name, value))
      index = close + 1
    }
    return attributes
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
}

/// A section of characters without markup in XML 1.0: `<![CDATA[…]]>`.
enum CharacterData {
  private static let opening = Array("<![CDATA[".utf8)
  private static let closing = Array("]]>".utf8)

  /// Returns the characters of a section; nil if the bytes are no section.
  static func content(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    bytes.starts(with: opening) ? bytes.dropFirst(opening.count).dropLast(closing.count) : nil
  }
}
