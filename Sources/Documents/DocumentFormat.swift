/// The kinds of files that are translated, by the ends of their names.
package enum DocumentFormat: String, CaseIterable, Sendable {
  case text = "txt"
  case subRip = "srt"
  case webVTT = "vtt"
  case html
  case markdown = "md"
  case portableObject = "po"

  /// - Parameter fileName: of a file, with its ending in any case.
  /// - Returns: nil where the ending is none of these.
  package init?(fileName: String) {
    guard let dot = fileName.lastIndex(of: ".") else { return nil }
    self.init(rawValue: fileName[fileName.index(after: dot)...].lowercased())
  }

  /// Takes a file of this kind apart. There is no file that can not be read: what is not understood stands as it is.
  package func read(_ file: String) -> Document {
    let mark = "\u{FEFF}"
    guard file.unicodeScalars.first == mark.unicodeScalars.first else { return Document(pieces: pieces(of: file)) }
    return Document(pieces: [.fixed(mark)] + pieces(of: String(file.unicodeScalars.dropFirst())))
  }

  private func pieces(of file: String) -> [Document.Piece] {
    switch self {
    case .text: [.text(DocumentText(file))]
    case .subRip: Subtitles.pieces(of: file, isWebVTT: false)
    case .webVTT: Subtitles.pieces(of: file, isWebVTT: true)
    case .html: [.text(DocumentText(file, isMarkup: true))]
    case .markdown: MarkdownReader.pieces(of: file)
    case .portableObject: PortableObject.pieces(of: file)
    }
  }

  /// The media type that a file of this kind is sent with.
  package var mediaType: String {
    switch self {
    case .text: "text/plain; charset=utf-8"
    case .subRip: "application/x-subrip; charset=utf-8"
    case .webVTT: "text/vtt; charset=utf-8"
    case .html: "text/html; charset=utf-8"
    case .markdown: "text/markdown; charset=utf-8"
    case .portableObject: "text/x-gettext-translation; charset=utf-8"
    }
  }
}
