import Markup

/// A file taken apart into texts to translate and parts that do not change, in their order.
package struct Document: Sendable {
  enum Piece: Sendable {
    case fixed(String)
    case text(DocumentText)
  }

  let pieces: [Piece]
  /// Whether the texts are HTML, whose tags must be in the translations. If one text is HTML, all of them are.
  package let isMarkup: Bool

  init(pieces: [Piece]) {
    let isMarkup = pieces.contains { if case .text(let text) = $0 { text.isMarkup } else { false } }
    self.isMarkup = isMarkup
    self.pieces = pieces.map { piece in
      guard isMarkup, case .text(let text) = piece else { return piece }
      return .text(text.asMarkup)
    }
  }

  /// The texts to translate, in the order of the file.
  package var texts: [DocumentText] {
    pieces.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  /// Returns the file with translations in place of its texts. If each translation equals its text, the bytes are those
  /// of the file that was read.
  /// - Parameter translations: one per element of `texts`; a text without a translation does not change.
  package func written(_ translations: [String]) -> String {
    var rest = translations[...]
    var file = ""
    for piece in pieces {
      switch piece {
      case .fixed(let text): file += text
      case .text(let text): file += text.written(rest.popFirst() ?? text.text)
      }
    }
    return file
  }
}

/// A text within a file.
package struct DocumentText: Sendable {
  /// The text as a reader sees it: without the file's line breaks and escapes.
  package let text: String
  let isMarkup: Bool
  /// The bytes of the file that `text` was read from; nil if `write` makes the same of `text`.
  let raw: String?
  /// Returns a translation in the notation of the file.
  let write: @Sendable (String) -> String

  init(
    _ text: String, raw: String? = nil, isMarkup: Bool = false,
    write: @escaping @Sendable (String) -> String = { $0 }
  ) {
    self.text = text
    self.isMarkup = isMarkup
    self.raw = raw
    self.write = write
  }

  func written(_ translation: String) -> String {
    if translation == text, let raw { return raw }
    return write(translation)
  }

  /// The text as HTML, in which the ends of lines are `<br>`: to a translation they are the ends of sentences.
  var asMarkup: DocumentText {
    guard !isMarkup else { return self }
    let lineBreak = "<br>"
    return DocumentText(CharacterReferences.escaped(text).replacing("\n", with: lineBreak), raw: raw, isMarkup: true) {
      [write] in write(CharacterReferences.unescaped($0.replacing(lineBreak, with: "\n")))
    }
  }
}

// MARK: Reading

/// The reason why a file was not read to its end.
package enum DocumentError: Error, Equatable, Sendable {
  /// The texts have more bytes of UTF-8 than the limit; `foundBytes` counts those that were read.
  case textsTooLong(foundBytes: Int, limitBytes: Int)
  case cancelled
}

/// The pieces of a file in their order, collected while it is read.
///
/// Readers hand over every byte of their file in small pieces. So reading ends soon after the texts exceed their limit
/// or the caller gives up, whatever the format.
struct DocumentBuilder {
  /// Bytes between two calls of `isCancelled`.
  static let bytesPerCheck = 1 << 14

  private let textLimitBytes: Int
  private let isCancelled: () -> Bool
  private var pieces: [Document.Piece] = []
  /// Fixed text after the last piece. Fixed parts that touch become one piece.
  private var fixedText = ""
  private var textBytes = 0
  private var bytesSinceCheck = 0

  /// - Parameters:
  ///   - textLimitBytes: the limit for all texts together, in bytes of UTF-8.
  ///   - isCancelled: returns whether the caller no longer needs the document.
  init(textLimitBytes: Int = .max, isCancelled: @escaping () -> Bool = { false }) {
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
    let bytes = max(1, text.text.utf8.count)
    guard bytes <= textLimitBytes - textBytes else {
      throw .textsTooLong(foundBytes: textBytes.addingReportingOverflow(bytes).partialValue, limitBytes: textLimitBytes)
    }
    textBytes += bytes
    endFixedText()
    pieces.append(.text(text))
    try check(bytes)
  }

  /// Returns the document of all pieces.
  mutating func document() -> Document {
    endFixedText()
    return Document(pieces: pieces)
  }

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
