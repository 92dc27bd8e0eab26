import Markup

/// The tags and texts of an XML file, in which each start tag knows its end.
///
/// Entities are never expanded and nothing outside of the file is read; a file that declares an entity is refused.
struct XMLElements: Sendable {
  let bytes: [UInt8]
  let pieces: [MarkupPiece]
  /// For each start tag the number of the piece after its element; 0 for other pieces.
  private let ends: [Int32]
  /// The prefixes of the file whose names differ from those of the specification, with the latter.
  private let prefixes: [String: String]

  /// - Parameters:
  ///   - item: the name in messages.
  ///   - vocabulary: gives the prefixes of the specification.
  /// - Throws: `DocumentError.broken` if tags do not match, or an entity is declared.
  init(_ bytes: [UInt8], item: String, _ vocabulary: XMLVocabulary) throws(DocumentError) {
    try Self.checkDeclarations(bytes, item: item)
    var scanner = MarkupScanner(bytes, isXML: true)
    let pieces = scanner.scan()
    var ends = [Int32](repeating: 0, count: pieces.count)
    var open: [Int] = []
    for (index, piece) in pieces.enumerated() {
      switch piece.kind {
      case .start(let tag):
        if tag.isEmpty { ends[index] = Int32(index + 1) } else { open.append(index) }
      case .end(let name):
        guard let start = open.popLast(), pieces[start].tagName == name else {
          throw .broken(item: item, found: "an end tag </\(name)> without its start", expected: "tags that match")
        }
        ends[start] = Int32(index + 1)
      case .text, .opaque: break
      }
    }
    if let last = open.last {
      throw .broken(item: item, found: "no end of <\(pieces[last].tagName ?? "")>", expected: "tags that match")
    }
    guard let root = pieces.first(where: { $0.tagName != nil }) else {
      throw .broken(item: item, found: "no tag", expected: "XML")
    }
    (self.bytes, self.pieces, self.ends) = (bytes, pieces, ends)
    prefixes = Self.prefixes(bytes[root.range], vocabulary)
  }

  /// Looks for the declaration of an entity in the part before the first tag.
  static func checkDeclarations(_ bytes: [UInt8], item: String) throws(DocumentError) {
    let pattern = Array("<!ENTITY".utf8)
    let head = bytes.firstIndex { $0 == UInt8(ascii: "<") } ?? bytes.endIndex
    var index = head
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "<") else {
        index += 1
        continue
      }
      guard index + 1 < bytes.count, [UInt8(ascii: "!"), UInt8(ascii: "?")].contains(bytes[index + 1]) else { return }
      if bytes[index...].starts(with: pattern) {
        throw .broken(item: item, found: "the declaration of an entity", expected: "none")
      }
      index += 1
    }
  }

  private static func prefixes(_ root: ArraySlice<UInt8>, _ vocabulary: XMLVocabulary) -> [String: String] {
    var prefixes: [String: String] = [:]
    for (name, value) in XMLTag(root).attributes where name.hasPrefix("xmlns") {
      let found = name == "xmlns" ? "" : String(name.dropFirst("xmlns:".count))
      if let expected = vocabulary.prefix(of: value), expected != found { prefixes[found] = expected }
    }
    return prefixes
  }

  // MARK: Elements

  /// Returns the number of the piece after an element.
  /// - Parameter start: the number of its start tag.
  func end(of start: Int) -> Int { Int(ends[start]) }

  /// The bytes of an element.
  func range(of start: Int) -> Range<Int> {
    pieces[start].range.lowerBound..<pieces[end(of: start) - 1].range.upperBound
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  func tag(_ piece: Int) -> XMLTag { XMLTag(bytes[pieces[piece].range]) }

  /// Returns a name with the prefix of the specification.
  func name(_ name: String) -> String {
    guard !prefixes.isEmpty else { return name }
    let parts = name.split(separator: ":", maxSplits: 1)
    guard let local = parts.last, let prefix = prefixes[parts.count > 1 ? String(parts[0]) : ""] else { return name }
    return prefix.isEmpty ? String(local) : prefix + ":" + local
  }

  /// The characters within an element, without references and tags.
  func characters(_ element: Range<Int>) -> String {
    var output = ""
    for piece in pieces[element] {
      switch piece.kind {
      case .text: output += CharacterReferences.unescaped(text(piece.range))
      case .opaque:
        if let content = CharacterData.content(bytes[piece.range]) {
          output += String(decoding: content, as: UTF8.self)
        }
      case .start, .end: break
      }
    }
    return output
  }
}
