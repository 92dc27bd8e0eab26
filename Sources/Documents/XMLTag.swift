import Markup

/// The attributes of a start tag in XML 1.0, whose bytes are read only if one is asked for.
package struct XMLTag {
  private let bytes: ArraySlice<UInt8>

  /// - Parameter bytes: the tag, from `<` to `>`.
  package init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  /// Returns the value of an attribute without references; nil if the tag has none of this name.
  package func value(of name: String) -> String? { attributes.first { $0.name == name }?.value }

  /// Returns the tag with an attribute, in place of the one of this name if there is one.
  /// - Parameter value: without references; nil removes the attribute.
  func setting(_ name: String, to value: String?) -> String {
    let attribute = value.map { " \(name)=\"\(CharacterReferences.escaped($0))\"" } ?? ""
    if let found = fields.first(where: { $0.name == name }) {
      return text(bytes.startIndex..<found.range.lowerBound) + attribute + text(found.range.upperBound..<bytes.endIndex)
    }
    var end = max(bytes.startIndex, bytes.endIndex - 1)
    if end > bytes.startIndex, bytes[end - 1] == UInt8(ascii: "/") { end -= 1 }
    while end > bytes.startIndex, Self.isSpace(bytes[end - 1]) { end -= 1 }
    return text(bytes.startIndex..<end) + attribute + text(end..<bytes.endIndex)
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The attributes in their order, with values without references.
  var attributes: [(name: String, value: String)] {
    fields.map { ($0.name, CharacterReferences.unescaped(text($0.value))) }
  }

  /// The attributes in their order, as the bytes of their values and of all of them with the white space before.
  private var fields: [(name: String, value: Range<Int>, range: Range<Int>)] {
    var fields: [(name: String, value: Range<Int>, range: Range<Int>)] = []
    var index = bytes.dropFirst().firstIndex(where: Self.isSpace) ?? bytes.endIndex
    while index < bytes.endIndex {
      let space = index
      while index < bytes.endIndex, Self.isSpace(bytes[index]) { index += 1 }
      let start = index
      while index < bytes.endIndex, bytes[index] != UInt8(ascii: "="), !Self.isSpace(bytes[index]) { index += 1 }
      let name = text(start..<index)
      while index < bytes.endIndex, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "'") { index += 1 }
      guard index < bytes.endIndex else { break }
      let open = index + 1
      guard let close = bytes[open...].firstIndex(of: bytes[index]) else { break }
      fields.append((name, open..<close, space..<close + 1))
      index = close + 1
    }
    return fields
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
