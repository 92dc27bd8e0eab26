import Markup

/// A file taken apart into texts to translate and parts that do not change, in their order.
///
/// The bytes of a member of an archive are held once: its pieces are spans of them, and a paragraph is read again when its
/// translation is written.
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
    /// The bytes that spans are ranges of.
    let bytes: [UInt8]
    let pieces: [Piece]
  }

  /// Makes a file of its parts.
  /// - Parameter next: returns the next part; nil if no text in it was changed.
  typealias Assembly = @Sendable (_ next: () -> PartWriter?) throws -> [UInt8]

  /// Hands over the bytes of a part in pieces, once.
  typealias PartWriter = (_ take: ([UInt8]) -> Void) -> Void

  private let parts: [Part]
  private let assemble: Assembly
  /// Whether the texts are HTML, whose tags must be in the translations. If one text is HTML, all of them are.
  package let isMarkup: Bool
  /// The texts to translate, in the order of the file. A text comes before the texts within it.
  package let texts: [DocumentText]

  init(parts: [Part], texts: [DocumentText], assemble: @escaping Assembly) {
    isMarkup = texts.contains(where: \.isMarkup)
    self.parts = parts
    // The copy of the texts has no room to grow.
    self.texts = texts.map { [isMarkup] in isMarkup ? $0.asMarkup : $0 }
    self.assemble = assemble
  }

  /// Returns the file with translations in place of its texts. If each translation equals its text, the bytes are those
  /// of the file that was read.
  /// - Parameter translations: one per element of `texts`; a text without a translation does not change.
  /// - Throws: `DocumentError` if a member of an archive cannot be copied.
  package func written(_ translations: [String]) throws -> [UInt8] {
    try written { translations.indices.contains($0) ? translations[$0] : nil }
  }

  /// Returns the file with translations in place of its texts.
  /// - Parameter translation: returns the translation of a text by its number; nil if the text does not change.
  /// - Throws: `DocumentError` if a member of an archive cannot be copied.
  package func written(_ translation: @escaping (Int) -> String?) throws -> [UInt8] {
    var writing = DocumentWriting(texts: texts, translation: translation)
    var rest = parts[...]
    return try assemble {
      guard let part = rest.popFirst() else { return nil }
      let start = writing.pass(part)
      guard writing.isChanged(start) else { return nil }
      return { take in writing.write(part, from: start, take) }
    }
  }

  /// Returns the parts of the file with translations.
  func writtenParts(_ translations: [String]) -> [[UInt8]] {
    var writing = DocumentWriting(texts: texts) { translations.indices.contains($0) ? translations[$0] : nil }
    return parts.map { part in
      let start = writing.pass(part)
      var bytes: [UInt8] = []
      writing.write(part, from: start) { bytes += $0 }
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

  /// Whether the notation of the file is made of `text`, rather than kept beside it.
  var isRewritten: Bool { if case .own(let own) = notation { own.raw == nil } else { false } }

  /// Returns a translation that is changed, or has no bytes of its own, in the notation of the file.
  /// - Parameters:
  ///   - bytes: those that the text was read from.
  ///   - inner: the translated parts of the file that are within the text.
  fileprivate func written(_ translation: String, _ bytes: ArraySlice<UInt8>, _ inner: [String]) -> String {
    let lineBreak = DocumentText.lineBreak
    let plain =
      isPlainInside ? CharacterReferences.unescaped(translation.replacing(lineBreak, with: "\n")) : translation
    switch notation {
    case .own(let own): return own.write(plain)
    case .xml(let xml): return xml.written(plain, bytes, inner)
    }
  }

  /// The bytes of the file that the text was read from, if the text has them.
  fileprivate var raw: String? { if case .own(let own) = notation { own.raw } else { nil } }

  private static let lineBreak = "<br>"

  /// The text as HTML, in which the ends of lines are `<br>`: to a translation they are the ends of sentences.
  fileprivate var asMarkup: DocumentText {
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

// MARK: Writing

/// A walk through the pieces of a document, which takes the translations in the order of the texts.
private struct DocumentWriting {
  let texts: [DocumentText]
  let translation: (Int) -> String?
  private var next = 0
  /// The text after those of the parts that were passed.
  private var end = 0

  /// Bytes from which a piece of a part is handed over.
  private static let pieceBytes = 1 << 18

  init(texts: [DocumentText], translation: @escaping (Int) -> String?) {
    self.texts = texts
    self.translation = translation
  }

  /// Passes the texts of a part.
  /// - Returns: the number of the first one.
  mutating func pass(_ part: Document.Part) -> Int {
    defer { end += Self.count(part.pieces) }
    return end
  }

  private static func count(_ pieces: [Document.Piece]) -> Int {
    pieces.reduce(0) { sum, piece in
      guard case .text(_, let inner) = piece else { return sum }
      return sum + 1 + inner.reduce(0) { $0 + count($1.pieces) }
    }
  }

  /// Whether a text of the part that was passed last is not written as it was read.
  /// - Parameter start: the number of its first text.
  func isChanged(_ start: Int) -> Bool {
    (start..<min(end, texts.count)).contains { number in
      texts[number].isRewritten || translation(number).map { $0 != texts[number].text } ?? false
    }
  }

  /// Hands over a part with its translations.
  /// - Parameter start: the number of its first text.
  mutating func write(_ part: Document.Part, from start: Int, _ take: ([UInt8]) -> Void) {
    next = start
    var output: [UInt8] = []
    write(part.pieces, part.bytes, part.bytes.indices, to: &output) { output in
      guard output.count >= Self.pieceBytes else { return }
      take(output)
      output.removeAll(keepingCapacity: true)
    }
    take(output)
  }

  /// Writes pieces and the bytes around them.
  /// - Parameters:
  ///   - range: the bytes that the pieces are a part of.
  ///   - passed: is called after each piece.
  private mutating func write(
    _ pieces: [Document.Piece], _ bytes: [UInt8], _ range: Range<Int>, to output: inout [UInt8],
    passed: (inout [UInt8]) -> Void = { _ in }
  ) {
    var start = range.lowerBound
    for piece in pieces {
      switch piece {
      case .fixed(let text): output += text.utf8
      case .text(let span, let inner):
        if start < span.range.lowerBound { output += bytes[start..<span.range.lowerBound] }
        start = max(start, span.range.upperBound)
        writeText(span, inner, bytes, to: &output)
      }
      passed(&output)
    }
    if start < range.upperBound { output += bytes[start..<range.upperBound] }
  }

  private mutating func writeText(
    _ span: Document.Span, _ inner: [Document.Inner], _ bytes: [UInt8], to output: inout [UInt8]
  ) {
    guard texts.indices.contains(next) else { return }
    let text = texts[next]
    let translation = translation(next) ?? text.text
    next += 1
    guard translation == text.text, !text.isRewritten else {
      let parts = inner.map { inner in
        var part: [UInt8] = []
        write(inner.pieces, bytes, inner.span.range, to: &part)
        return String(decoding: part, as: UTF8.self)
      }
      output += text.written(translation, bytes[span.range], parts).utf8
      return
    }
    if let raw = text.raw { output += raw.utf8 }
    var start = span.range.lowerBound
    for inner in inner {
      output += bytes[start..<inner.span.range.lowerBound]
      write(inner.pieces, bytes, inner.span.range, to: &output)
      start = inner.span.range.upperBound
    }
    output += bytes[start..<span.range.upperBound]
  }
}
