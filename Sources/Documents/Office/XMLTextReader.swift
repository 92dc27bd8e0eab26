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
  private let keys = FormatKeys()
  /// The end of what was handed over, in bytes.
  private var done = 0

  static func read(
    _ xml: XMLElements, _ vocabulary: XMLVocabulary, into document: inout DocumentBuilder,
    isSkipped: @escaping (_ name: String, _ piece: Int) -> Bool = { _, _ in false }
  ) throws(DocumentError) {
    var reader = XMLTextReader(xml: xml, vocabulary: vocabulary, isSkipped: isSkipped, document: document)
    try reader.readContent(0..<xml.pieces.count, depth: 0)
    try reader.flush(xml.bytes.count)
    document = reader.document
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
    while end > done {
      // In small parts, so that the builder can ask whether the reading is cancelled.
      let part = min(end, done + (1 << 20))
      try document.addFixed(xml.text(done..<(part == end ? part : boundary(part))))
      done = part == end ? part : boundary(part)
    }
  }

  /// The start of the character that a byte belongs to.
  private func boundary(_ byte: Int) -> Int {
    var byte = byte
    while byte > done + 1, xml.bytes[byte] & 0xC0 == 0x80 { byte -= 1 }
    return byte
  }

  /// Reads the paragraphs of a part.
  /// - Parameter depth: the paragraphs around the part.
  private mutating func readContent(_ range: Range<Int>, depth: Int) throws(DocumentError) {
    var index = range.lowerBound
    while index < range.upperBound {
      guard case .start(let tag) = xml.pieces[index].kind, !tag.isEmpty else {
        index += 1
        continue
      }
      let name = xml.name(tag.name)
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
    var reader = ParagraphReader(xml, vocabulary, keys, canNest: depth < Self.maxDepth, hasCodes: hasCodes)
    reader.read(start + 1..<xml.end(of: start) - 1)
    let paragraph = reader.paragraph
    guard let kept = paragraph.kept else {
      // Without words there can still be inner parts.
      for part in paragraph.inner { try readContent(part, depth: depth + 1) }
      return
    }
    var inner: [[Document.Piece]] = []
    var raw: [String] = []
    var start = kept.lowerBound
    for part in paragraph.inner {
      let bytes = xml.pieces[part.lowerBound].range.lowerBound..<xml.pieces[part.upperBound - 1].range.upperBound
      guard kept.contains(bytes.lowerBound) else {
        if bytes.lowerBound < kept.lowerBound { try readContent(part, depth: depth + 1) }
        continue
      }
      if inner.isEmpty { try flush(kept.lowerBound) }
      document.beginInner()
      done = bytes.lowerBound
      try readContent(part, depth: depth + 1)
      try flush(bytes.upperBound)
      inner.append(document.endInner())
      raw.append(xml.text(start..<bytes.lowerBound))
      start = bytes.upperBound
    }
    if inner.isEmpty { try flush(kept.lowerBound) }
    raw.append(xml.text(start..<kept.upperBound))
    let text = paragraph.text
    try document.addText(
      DocumentText(text.source, raw: raw, isMarkup: text.isMarkup, inner: inner) { text.target($0, $1) })
    done = kept.upperBound
    for part in paragraph.inner where xml.pieces[part.lowerBound].range.lowerBound >= kept.upperBound {
      try readContent(part, depth: depth + 1)
    }
  }
}
