import Markup

/// A file taken apart into texts to translate and parts that do not change, in their order.
///
/// Nothing but texts and their places is held of a member of an archive: its pieces are spans of its bytes, which are
/// unpacked again when translations are written.
package struct Document: Sendable {
  /// A range of bytes of a part.
  struct Span: Sendable {
    private let start: UInt32
    private let end: UInt32

    init(_ range: Range<Int>) { (start, end) = (UInt32(range.lowerBound), UInt32(range.upperBound)) }

    static let none = Span(0..<0)
    /// The most bytes of a part.
    static let maxBytes = Int(UInt32.max)

    var range: Range<Int> { Int(start)..<max(Int(start), Int(end)) }
  }

  enum Piece: Sendable {
    case fixed(String)
    /// The next text of the document. Bytes of the part between two texts do not change.
    /// - Parameters:
    ///   - span: the bytes of the part that the text was read from; none if the text itself knows them.
    ///   - inner: parts of the file within the text that have texts of their own, such as a footnote.
    case text(Span, inner: [Inner])
  }

  /// A part of the file within a text.
  struct Inner: Sendable {
    let span: Span
    let pieces: [Piece]
  }

  /// A part of the file: all of a text file, a member of an archive.
  struct Part: Sendable {
    /// Hands over the bytes that spans are ranges of; none if there are no spans.
    var bytes: @Sendable (_ take: ([UInt8]) -> Void) throws -> Void = { _ in }
    let pieces: [Piece]
  }

  /// Makes a file of its parts.
  /// - Parameter next: returns the next part; nil if no text in it was changed.
  typealias Assembly = @Sendable (_ next: () -> PartWriter?) throws -> [UInt8]

  /// Hands over the bytes of a part in pieces, once.
  typealias PartWriter = (_ take: ([UInt8]) -> Void) throws -> Void

  private let parts: [Part]
  private let assemble: Assembly
  /// Whether the texts are HTML, whose tags must be in the translations. If one text is HTML, all of them are.
  package var isMarkup: Bool { texts.isMarkup }
  /// The texts to translate, in the order of the file. A text comes before the texts within it.
  package let texts: DocumentTexts

  init(parts: [Part], texts: DocumentTexts, assemble: @escaping Assembly) {
    self.parts = parts
    self.texts = texts
    self.assemble = assemble
  }

  /// Returns the file with translations in place of its texts. If each translation equals its text, the bytes are those
  /// of the file that was read.
  /// - Parameter translations: one per element of `texts`; a text without a translation does not change.
  /// - Throws: `DocumentError` if a member of an archive cannot be read again.
  package func written(_ translations: [String]) throws -> [UInt8] {
    try written { translations.indices.contains($0) ? translations[$0] : nil }
  }

  /// Returns the file with translations in place of its texts.
  /// - Parameter translation: returns the translation of a text by its number; nil if the text does not change.
  /// - Throws: `DocumentError` if a member of an archive cannot be read again.
  package func written(_ translation: @escaping (Int) -> String?) throws -> [UInt8] {
    var writing = DocumentWriting(texts: texts, translation: translation)
    var rest = parts[...]
    return try assemble {
      guard let part = rest.popFirst() else { return nil }
      let start = writing.pass(part)
      guard writing.isChanged(start) else { return nil }
      return { take in try writing.write(part, from: start, take) }
    }
  }

  /// Returns the parts of the file with translations.
  /// - Throws: `DocumentError` if a member of an archive cannot be read again.
  func writtenParts(_ translations: [String]) throws -> [[UInt8]] {
    var writing = DocumentWriting(texts: texts) { translations.indices.contains($0) ? translations[$0] : nil }
    return try parts.map { part in
      let start = writing.pass(part)
      var bytes: [UInt8] = []
      try writing.write(part, from: start) { bytes += $0 }
      return bytes
    }
  }
}

/// A text within a file.
package struct DocumentText: Sendable {
  /// The text as a reader sees it: without the file's line breaks and escapes.
  package let text: String
  private let notation: Notation
  let isMarkup: Bool
  /// Whether the text became HTML because another text of the file is.
  private var isPlainInside = false

  private enum Notation: Sendable {
    case own(OwnNotation)
    case xml(XMLNotation)
  }

  /// - Parameters:
  ///   - raw: the bytes of the file that the text was read from. They are nil if `write` makes the same of `text`.
  ///   - write: returns a translation in the notation of the file.
  init(
    _ text: String, raw: String? = nil, isMarkup: Bool = false,
    write: @escaping @Sendable (String) -> String = { $0 }
  ) {
    self.text = text
    self.isMarkup = isMarkup
    notation = .own(OwnNotation(raw: raw, write: write))
  }

  /// A text whose bytes are a span of its part.
  init(_ text: String, isMarkup: Bool, _ notation: XMLNotation) {
    self.text = text
    self.isMarkup = isMarkup
    self.notation = .xml(notation)
  }

  /// The notation, if the bytes of the text are a span of its part.
  var spanNotation: XMLNotation? { if case .xml(let notation) = notation { notation } else { nil } }

  /// Whether the notation of the file is made of `text`, rather than kept beside it.
  var isRewritten: Bool { if case .own(let own) = notation { own.raw == nil } else { false } }

  /// Returns a translation that is changed, or has no bytes of its own, in the notation of the file.
  /// - Parameters:
  ///   - bytes: those that the text was read from.
  ///   - inner: the translated parts of the file that are within the text.
  func written(_ translation: String, _ bytes: ArraySlice<UInt8>, _ inner: [String]) -> String {
    let lineBreak = DocumentText.lineBreak
    let plain =
      isPlainInside ? CharacterReferences.unescaped(translation.replacing(lineBreak, with: "\n")) : translation
    switch notation {
    case .own(let own): return own.write(plain)
    case .xml(let xml): return xml.written(plain, bytes, inner)
    }
  }

  /// The bytes of the file that the text was read from, if the text has them.
  var raw: String? { if case .own(let own) = notation { own.raw } else { nil } }

  private static let lineBreak = "<br>"

  /// The text as HTML, in which the ends of lines are `<br>`: to a translation they are the ends of sentences.
  var asMarkup: DocumentText {
    guard !isMarkup else { return self }
    var text = DocumentText(
      CharacterReferences.escaped(text).replacing("\n", with: Self.lineBreak), isMarkup: true, notation)
    text.isPlainInside = true
    return text
  }

  private init(_ text: String, isMarkup: Bool, _ notation: Notation) {
    (self.text, self.isMarkup, self.notation) = (text, isMarkup, notation)
  }
}

/// The way back from a text that knows it itself.
private final class OwnNotation: Sendable {
  let raw: String?
  let write: @Sendable (String) -> String

  init(raw: String?, write: @escaping @Sendable (String) -> String) {
    self.raw = raw
    self.write = write
  }
}
