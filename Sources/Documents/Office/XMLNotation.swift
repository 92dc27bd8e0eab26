/// The notation of the paragraphs of an XML file: their bytes are read again when a translation is written.
///
/// So nothing is held of a paragraph in the meantime except its text and the place of its bytes.
final class XMLNotation: Sendable {
  private let vocabulary: XMLVocabulary
  private let prefixes: [String: String]
  private let canNest: Bool
  private let hasCodes: Bool
  private let keys = FormatKeys()

  /// - Parameters:
  ///   - prefixes: those of the file.
  ///   - canNest: whether paragraphs within a paragraph are read.
  ///   - hasCodes: whether the text has codes, as the head of a sheet has.
  init(_ vocabulary: XMLVocabulary, prefixes: [String: String], canNest: Bool, hasCodes: Bool) {
    self.vocabulary = vocabulary
    self.prefixes = prefixes
    self.canNest = canNest
    self.hasCodes = hasCodes
  }

  /// Returns the content of a paragraph with a translation.
  /// - Parameters:
  ///   - bytes: those of the text.
  ///   - inner: the translated parts within the paragraph.
  func written(_ translation: String, _ bytes: ArraySlice<UInt8>, _ inner: [String]) -> String {
    // Bytes that were read once are read again; if not, they stay.
    guard let xml = try? XMLElements(fragment: Array(bytes), prefixes: prefixes) else {
      return String(decoding: bytes, as: UTF8.self)
    }
    return text(xml, 0..<xml.pieces.count).text.target(translation, inner)
  }

  /// Reads the content of a paragraph.
  func text(_ xml: XMLElements, _ content: Range<Int>) -> XMLParagraph {
    var reader = ParagraphReader(xml, vocabulary, keys, canNest: canNest, hasCodes: hasCodes)
    reader.read(content)
    return reader.paragraph
  }
}
