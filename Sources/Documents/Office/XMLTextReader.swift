import Markup

/// A reader of an XML file of an office format. Each paragraph is a text; everything else does not change.
///
/// Time and memory are linear in the size of the file.
struct XMLTextReader {
  /// Paragraphs within each other, such as a box of text in a footnote. Deeper ones do not change.
  private static let maxDepth = 16

  private let xml: XMLElements
  private let vocabulary: XMLVocabulary
  /// Returns whether nothing in an element is a text.
  private let isSkipped: (_ name: String, _ piece: Int) -> Bool
  private var document: DocumentBuilder
  /// The notations of paragraphs in use, by whether paragraphs within them are read, and whether they have codes.
  private var notations: [Bool: [Bool: XMLNotation]] = [:]
  /// The end of what was handed over, in bytes.
  private var done = 0

  /// Reads a member of an archive.
  /// - Parameters:
  ///   - bytes: hands over those of the member, again.
  ///   - isSkipped: returns whether nothing in an element is a text.
  static func read(
    _ xml: XMLElements, _ vocabulary: XMLVocabulary, into document: inout DocumentBuilder,
    bytes: @escaping @Sendable (_ take: ([UInt8]) -> Void) throws -> Void,
    isSkipped: @escaping (_ name: String, _ piece: Int) -> Bool = { _, _ in false }
  ) throws(DocumentError) {
    let start = document.place
    var reader = XMLTextReader(xml: xml, vocabulary: vocabulary, isSkipped: isSkipped, document: document)
    try reader.readContent(0..<xml.pieces.count, depth: 0)
    try reader.flush(xml.bytes.count)
    document = reader.document
    document.endMember(from: start, bytes: bytes)
  }

  private init(
    xml: XMLElements, vocabulary: XMLVocabulary, isSkipped: @escaping (String, Int) -> Bool, document: DocumentBuilder
  ) {
    self.xml = xml
    self.vocabulary = vocabulary
    self.isSkipped = isSkipped
    self.document = document
  }

  private mutating func flush(_ end: Int) throws(DocumentError) {
    guard end > done else { return }
    try document.passFixed(done..<end)
    done = end
  }

  /// Reads the paragraphs of a part.
  /// - Parameter depth: the paragraphs around the part.
  private mutating func readContent(_ range: Range<Int>, depth: Int) throws(DocumentError) {
    var index = range.lowerBound
    while index < range.upperBound {
      guard case .start(let name, false) = xml.pieces[index].kind else {
        index += 1
        continue
      }
      let role = vocabulary.role(of: name)
      if role == .skipped || isSkipped(name, index) {
        index = xml.end(of: index)
      } else if role == .paragraph || role == .sheetMargin {
        try readParagraph(index, depth: depth, hasCodes: role == .sheetMargin)
        index = xml.end(of: index)
      } else {
        index += 1
      }
    }
  }

  // MARK: Paragraphs

  private mutating func readParagraph(_ start: Int, depth: Int, hasCodes: Bool) throws(DocumentError) {
    let notation = notation(canNest: depth < Self.maxDepth, hasCodes: hasCodes)
    let paragraph = notation.text(xml, start + 1..<xml.end(of: start) - 1)
    guard let kept = paragraph.kept else {
      // Without words there can still be inner parts.
      for part in paragraph.inner { try readContent(part, depth: depth + 1) }
      return
    }
    var inner: [Document.Inner] = []
    var place: Int?
    for part in paragraph.inner {
      let bytes = xml.pieces[part.lowerBound].range.lowerBound..<xml.pieces[part.upperBound - 1].range.upperBound
      guard kept.contains(bytes.lowerBound) else {
        if bytes.lowerBound < kept.lowerBound { try readContent(part, depth: depth + 1) }
        continue
      }
      if inner.isEmpty {
        try flush(kept.lowerBound)
        place = document.place
      }
      document.beginInner()
      done = bytes.lowerBound
      try readContent(part, depth: depth + 1)
      try flush(bytes.upperBound)
      inner.append(document.endInner(bytes))
    }
    if inner.isEmpty { try flush(kept.lowerBound) }
    let text = paragraph.text
    try document.addText(
      DocumentText(text.source, isMarkup: text.isMarkup, notation), kept, inner: inner, place: place)
    done = kept.upperBound
    for part in paragraph.inner where xml.pieces[part.lowerBound].range.lowerBound >= kept.upperBound {
      try readContent(part, depth: depth + 1)
    }
  }

  private mutating func notation(canNest: Bool, hasCodes: Bool) -> XMLNotation {
    if let known = notations[canNest]?[hasCodes] { return known }
    let notation = XMLNotation(vocabulary, prefixes: xml.prefixes, canNest: canNest, hasCodes: hasCodes)
    notations[canNest, default: [:]][hasCodes] = notation
    return notation
  }
}
