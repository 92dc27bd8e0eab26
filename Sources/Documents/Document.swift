import Markup

/// A file taken apart into texts to translate and parts that do not change, in their order.
package struct Document: Sendable {
  enum Piece: Sendable {
    case fixed(String)
    case text(DocumentText)
  }

  /// A part of the file: all of a text file, a member of an archive.
  struct Part: Sendable {
    var pieces: [Piece]
  }

  /// Makes a file of its parts. A part is nil if no text in it was changed.
  typealias Assembly = @Sendable (_ parts: [String?]) throws -> [UInt8]

  let parts: [Part]
  private let assemble: Assembly
  /// Whether the texts are HTML, whose tags must be in the translations. If one text is HTML, all of them are.
  package let isMarkup: Bool
  /// The texts to translate, in the order of the file. A text comes before the texts within it.
  package let texts: [DocumentText]

  init(parts: [Part], assemble: @escaping Assembly) {
    var texts: [DocumentText] = []
    for part in parts { Self.collect(part.pieces, into: &texts) }
    let isMarkup = texts.contains(where: \.isMarkup)
    self.parts = parts
    self.isMarkup = isMarkup
    self.texts = isMarkup ? texts.map(\.asMarkup) : texts
    self.assemble = assemble
  }

  private static func collect(_ pieces: [Piece], into texts: inout [DocumentText]) {
    for case .text(let text) in pieces {
      texts.append(text)
      for inner in text.inner { collect(inner, into: &texts) }
    }
  }

  /// Returns the file with translations in place of its texts. If each translation equals its text, the bytes are those
  /// of the file that was read.
  /// - Parameter translations: one per element of `texts`; a text without a translation does not change.
  /// - Throws: `DocumentError` if a member of an archive cannot be copied.
  package func written(_ translations: [String]) throws -> [UInt8] {
    try assemble(writtenParts(translations).map { $0.isChanged ? $0.text : nil })
  }

  /// Returns the parts of the file with translations, and whether any differs from its text.
  func writtenParts(_ translations: [String]) -> [(text: String, isChanged: Bool)] {
    var writing = DocumentWriting(texts: texts, translations: translations)
    return parts.map { part in
      writing.isChanged = false
      let text = writing.written(part.pieces)
      return (text, writing.isChanged)
    }
  }
}

/// A text within a file.
package struct DocumentText: Sendable {
  /// Returns a translation in the notation of the file.
  /// - Parameter inner: the translated parts of the file that are within the text.
  typealias Write = @Sendable (_ translation: String, _ inner: [String]) -> String

  /// The text as a reader sees it: without the file's line breaks and escapes.
  package let text: String
  let isMarkup: Bool
  /// Parts of the file within the text that have texts of their own, such as a footnote.
  let inner: [[Document.Piece]]
  /// The bytes of the file that the text was read from, with a gap for each inner part. They are nil if `write` makes
  /// the same of `text`.
  private let raw: [String]?
  private let write: Write

  init(
    _ text: String, raw: String? = nil, isMarkup: Bool = false,
    write: @escaping @Sendable (String) -> String = { $0 }
  ) {
    self.init(text, raw: raw.map { [$0] }, isMarkup: isMarkup, inner: []) { translation, _ in write(translation) }
  }

  /// - Parameter raw: one more than `inner`.
  init(
    _ text: String, raw: [String]?, isMarkup: Bool, inner: [[Document.Piece]], write: @escaping Write
  ) {
    self.text = text
    self.isMarkup = isMarkup
    self.inner = inner
    self.raw = raw
    self.write = write
  }

  /// Whether the notation of the file is made of `text`, rather than kept beside it.
  var isRewritten: Bool { raw == nil }

  func written(_ translation: String, _ inner: [String]) -> String {
    guard translation == text, let raw, let first = raw.first else { return write(translation, inner) }
    return zip(inner, raw.dropFirst()).reduce(into: first) { written, part in written += part.0 + part.1 }
  }

  /// The text as HTML, in which the ends of lines are `<br>`: to a translation they are the ends of sentences.
  var asMarkup: DocumentText {
    guard !isMarkup else { return self }
    let lineBreak = "<br>"
    return DocumentText(
      CharacterReferences.escaped(text).replacing("\n", with: lineBreak), raw: raw, isMarkup: true, inner: inner
    ) { [write] in write(CharacterReferences.unescaped($0.replacing(lineBreak, with: "\n")), $1) }
  }
}

// MARK: Writing

/// A walk through the pieces of a document, which takes the translations in the order of the texts.
private struct DocumentWriting {
  var texts: ArraySlice<DocumentText>
  var translations: ArraySlice<String>
  /// Whether a translation differed from its text.
  var isChanged = false

  init(texts: [DocumentText], translations: [String]) {
    self.texts = texts[...]
    self.translations = translations[...]
  }

  mutating func written(_ pieces: [Document.Piece]) -> String {
    var output = ""
    for piece in pieces {
      switch piece {
      case .fixed(let text): output += text
      case .text(let plain):
        let text = texts.popFirst() ?? plain
        let translation = translations.popFirst() ?? text.text
        if translation != text.text || text.isRewritten { isChanged = true }
        output += text.written(translation, text.inner.map { written($0) })
      }
    }
    return output
  }
}

// MARK: Reading

/// The reason why a file was not read to its end.
package enum DocumentError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The texts have more bytes of UTF-8 than the limit; `foundBytes` counts those that were read.
  case textsTooLong(foundBytes: Int, limitBytes: Int)
  case cancelled
  /// A part of the file is not what it has to be.
  case broken(item: String, found: String, expected: String)

  package var description: String {
    switch self {
    case .textsTooLong(let foundBytes, let limitBytes):
      "texts: found \(foundBytes) bytes, expected at most \(limitBytes)"
    case .cancelled: "the reading was cancelled"
    case .broken(let item, let found, let expected): "\(item): found \(found), expected \(expected)"
    }
  }
}

/// The pieces of a file in their order, collected while it is read.
///
/// Readers hand over every byte of their file in small pieces. So reading ends soon after the texts exceed their limit
/// or the caller gives up, whatever the format.
struct DocumentBuilder {
  /// Bytes between two calls of `isCancelled`.
  static let bytesPerCheck = 1 << 14

  /// Whether a sentence that runs over cues of subtitles is one text.
  let joinsCues: Bool
  private let textLimitBytes: Int
  private let isCancelled: () -> Bool
  private var pieces: [Document.Piece] = []
  private var parts: [Document.Part] = []
  /// The pieces before each inner part that is open.
  private var outer: [[Document.Piece]] = []
  /// Fixed text after the last piece. Fixed parts that touch become one piece.
  private var fixedText = ""
  private var textBytes = 0
  private var bytesSinceCheck = 0

  /// - Parameters:
  ///   - textLimitBytes: the limit for all texts together, in bytes of UTF-8.
  ///   - isCancelled: returns whether the caller no longer needs the document.
  init(textLimitBytes: Int = .max, joinsCues: Bool = false, isCancelled: @escaping () -> Bool = { false }) {
    self.joinsCues = joinsCues
    self.textLimitBytes = textLimitBytes
    self.isCancelled = isCancelled
  }

  /// Appends a part of the file that does not change.
  mutating func addFixed(_ text: some StringProtocol) throws(DocumentError) {
    fixedText += text
    try check(text.utf8.count)
  }

  /// Appends a text to translate.
  mutating func addText(_ text: DocumentText) throws(DocumentError) {
    // Its inner parts were counted before.
    let bytes = max(1, text.text.utf8.count)
    guard bytes <= textLimitBytes - textBytes else {
      throw .textsTooLong(foundBytes: textBytes.addingReportingOverflow(bytes).partialValue, limitBytes: textLimitBytes)
    }
    textBytes += bytes
    endFixedText()
    pieces.append(.text(text))
    try check(bytes)
  }

  /// Begins an inner part of a text: the pieces until `endInner` are those of that part.
  mutating func beginInner() {
    endFixedText()
    outer.append(pieces)
    pieces = []
  }

  /// Ends an inner part and returns its pieces, for the text that it is within.
  mutating func endInner() -> [Document.Piece] {
    endFixedText()
    let inner = pieces
    pieces = outer.popLast() ?? []
    return inner
  }

  /// Ends a part of the file.
  mutating func endPart() {
    endFixedText()
    parts.append(Document.Part(pieces: pieces))
    pieces = []
  }

  /// Returns the document of all parts that were ended.
  func document(_ assemble: @escaping Document.Assembly) -> Document { Document(parts: parts, assemble: assemble) }

  private mutating func endFixedText() {
    guard !fixedText.isEmpty else { return }
    pieces.append(.fixed(fixedText))
    fixedText = ""
  }

  private mutating func check(_ bytes: Int) throws(DocumentError) {
    bytesSinceCheck += max(1, bytes)
    guard bytesSinceCheck >= Self.bytesPerCheck else { return }
    bytesSinceCheck = 0
    if isCancelled() { throw .cancelled }
  }
}
