import Markup

/// The tags and texts of an XML file, in which each start tag knows its end.
///
/// Entities are never expanded and nothing outside of the file is read; a file that declares an entity is refused.
struct XMLElements: Sendable {
  let bytes: [UInt8]
  let pieces: XMLPieces
  /// The prefixes of the file whose names differ from those of the specification, with the latter.
  let prefixes: [String: String]

  /// - Parameters:
  ///   - item: the name in messages.
  ///   - vocabulary: gives the prefixes of the specification.
  /// - Throws: `DocumentError.broken` if tags do not match, or an entity is declared.
  init(_ bytes: [UInt8], item: String, _ vocabulary: XMLVocabulary) throws(DocumentError) {
    try Self.checkDeclarations(bytes, item: item)
    var pieces = try XMLPieces(of: bytes, item: item)
    guard let root = pieces.first(where: { $0.tagName != nil }) else {
      throw .broken(item: item, found: "no tag", expected: "XML")
    }
    let prefixes = Self.prefixes(bytes[root.range], vocabulary)
    pieces.rename { Self.name($0, prefixes) }
    (self.bytes, self.pieces, self.prefixes) = (bytes, pieces, prefixes)
  }

  /// The elements of a part of a file that was read before.
  /// - Parameter prefixes: those of the file.
  /// - Throws: `DocumentError.broken` if tags do not match.
  init(fragment bytes: [UInt8], prefixes: [String: String]) throws(DocumentError) {
    var pieces = try XMLPieces(of: bytes, item: "fragment")
    pieces.rename { Self.name($0, prefixes) }
    (self.bytes, self.pieces, self.prefixes) = (bytes, pieces, prefixes)
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

  /// Returns a name with the prefix of the specification.
  private static func name(_ name: String, _ prefixes: [String: String]) -> String {
    guard !prefixes.isEmpty else { return name }
    let parts = name.split(separator: ":", maxSplits: 1)
    guard let local = parts.last, let prefix = prefixes[parts.count > 1 ? String(parts[0]) : ""] else { return name }
    return prefix.isEmpty ? String(local) : prefix + ":" + local
  }

  // MARK: Elements

  /// Returns the number of the piece after an element.
  /// - Parameter start: the number of its start tag.
  func end(of start: Int) -> Int { pieces.end(of: start) }

  /// The bytes of an element.
  func range(of start: Int) -> Range<Int> {
    pieces[start].range.lowerBound..<pieces[end(of: start) - 1].range.upperBound
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  func tag(_ piece: Int) -> XMLTag { XMLTag(bytes[pieces[piece].range]) }

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

// MARK: - Pieces

/// A tag, a text or another part of an XML file.
struct XMLPiece {
  enum Kind {
    case text
    /// A start tag by its name, with the prefix of the specification.
    case start(String, isEmpty: Bool)
    case end(String)
    /// A part that does not change.
    case opaque
  }

  let kind: Kind
  /// The bytes of the file.
  let range: Range<Int>

  /// The name of a tag; nil for other pieces.
  var tagName: String? {
    switch kind {
    case .start(let name, _), .end(let name): name
    case .text, .opaque: nil
    }
  }
}

/// The pieces of an XML file, in twelve bytes each.
struct XMLPieces: Sendable, RandomAccessCollection {
  private struct Record {
    var start: UInt32
    /// The kind, in the lowest bits, and the number of the name.
    var kind: UInt32
    /// For a start tag the number of the piece after its element.
    var end: UInt32 = 0
  }

  private enum Code {
    static let text: UInt32 = 0
    static let start: UInt32 = 1
    static let emptyStart: UInt32 = 2
    static let end: UInt32 = 3
    static let opaque: UInt32 = 4
    /// Bits of a code.
    static let bits: UInt32 = 3
  }

  /// Bytes of a piece for which room is made at once. Shorter pieces are few.
  private static let leastBytesPerPiece = 4

  private var records: [Record] = []
  private var names: [String] = []
  private let byteCount: Int

  /// - Throws: `DocumentError.broken` if tags do not match.
  init(of bytes: [UInt8], item: String) throws(DocumentError) {
    byteCount = bytes.count
    guard bytes.count < Document.Span.maxBytes / 2 else {
      throw .broken(item: item, found: "\(bytes.count) bytes", expected: "at most \(Document.Span.maxBytes / 2)")
    }
    var scanner = MarkupScanner(bytes, isXML: true)
    var numbers: [String: UInt32] = [:]
    var records: [Record] = []
    // Room that is not used takes no memory; an array that grows would be copied.
    let signs = bytes.reduce(0) { $0 + ($1 == UInt8(ascii: "<") ? 1 : 0) }
    records.reserveCapacity(Swift.min(2 * signs, bytes.count / Self.leastBytesPerPiece) + 1)
    var names: [String] = []
    var open: [Int] = []
    var problem: String?
    func number(_ name: String) -> UInt32 {
      if let known = numbers[name] { return known << Code.bits }
      numbers[name] = UInt32(names.count)
      names.append(name)
      return UInt32(names.count - 1) << Code.bits
    }
    scanner.scan { piece in
      let start = UInt32(piece.range.lowerBound)
      let index = records.count
      switch piece.kind {
      case .text: records.append(Record(start: start, kind: Code.text))
      case .opaque: records.append(Record(start: start, kind: Code.opaque))
      case .start(let tag) where tag.isEmpty:
        records.append(Record(start: start, kind: number(tag.name) | Code.emptyStart, end: UInt32(index + 1)))
      case .start(let tag):
        open.append(index)
        records.append(Record(start: start, kind: number(tag.name) | Code.start))
      case .end(let name):
        let kind = number(name) | Code.end
        records.append(Record(start: start, kind: kind))
        if let opening = open.popLast(), records[opening].kind >> Code.bits == kind >> Code.bits {
          records[opening].end = UInt32(index + 1)
        } else if problem == nil {
          problem = "an end tag </\(name)> without its start"
        }
      }
    }
    if problem == nil, let last = open.last {
      problem = "no end of <\(names[Int(records[last].kind >> Code.bits)])>"
    }
    if let problem { throw .broken(item: item, found: problem, expected: "tags that match") }
    (self.records, self.names) = (records, names)
  }

  /// Gives tags other names.
  mutating func rename(_ name: (String) -> String) { names = names.map(name) }

  var startIndex: Int { 0 }
  var endIndex: Int { records.count }

  subscript(index: Int) -> XMLPiece {
    let record = records[index]
    let end = index + 1 < records.count ? Int(records[index + 1].start) : byteCount
    let range = Int(record.start)..<end
    let name = Int(record.kind >> Code.bits)
    switch record.kind & (1 << Code.bits - 1) {
    case Code.start: return XMLPiece(kind: .start(names[name], isEmpty: false), range: range)
    case Code.emptyStart: return XMLPiece(kind: .start(names[name], isEmpty: true), range: range)
    case Code.end: return XMLPiece(kind: .end(names[name]), range: range)
    case Code.opaque: return XMLPiece(kind: .opaque, range: range)
    default: return XMLPiece(kind: .text, range: range)
    }
  }

  /// Returns the number of the piece after an element.
  /// - Parameter start: the number of its start tag.
  func end(of start: Int) -> Int { Int(records[start].end) }
}
