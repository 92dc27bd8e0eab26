/// A file taken apart: what is to be translated and what stands as it is, in their order.
package struct Document: Sendable {
  enum Piece: Sendable {
    case fixed(String)
    case text(DocumentText)
  }

  let pieces: [Piece]
  /// Whether the texts are HTML, whose tags are to stand in the translations. Where one is, all are.
  package let isMarkup: Bool

  init(pieces: [Piece]) {
    let isMarkup = pieces.contains { if case .text(let text) = $0 { text.isMarkup } else { false } }
    self.isMarkup = isMarkup
    self.pieces = pieces.map { piece in
      guard isMarkup, case .text(let text) = piece else { return piece }
      return .text(text.asMarkup)
    }
  }

  /// What is to be translated, in its order.
  package var texts: [DocumentText] {
    pieces.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  /// The file with translations in it. Where each is its text again, the bytes are those of the file that was read.
  /// - Parameter translations: one for each of `texts`; what is missing stands as it was.
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
  /// As a reader sees it: without the file's line breaks and escapes.
  package let text: String
  let isMarkup: Bool
  /// The bytes of the file that `text` was read from; nil if `write` makes the same of `text`.
  let raw: String?
  /// A translation as it is to stand in the file.
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

  var asMarkup: DocumentText {
    guard !isMarkup else { return self }
    return DocumentText(Entities.encoded(text), raw: raw, isMarkup: true) { [write] in write(Entities.decoded($0)) }
  }
}
