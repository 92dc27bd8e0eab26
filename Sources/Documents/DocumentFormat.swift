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

  /// Takes a file of this kind apart. Every file can be read: parts that are not understood stay as they are.
  /// - Parameters:
  ///   - textLimitBytes: the most bytes of UTF-8 that all texts may have together.
  ///   - isCancelled: returns whether the caller no longer needs the document; asked again and again.
  /// - Throws: `DocumentError` if the texts exceed the limit or the reading is cancelled.
  package func read(
    _ file: String, textLimitBytes: Int = .max, isCancelled: @escaping () -> Bool = { false }
  ) throws(DocumentError) -> Document {
    var document = DocumentBuilder(textLimitBytes: textLimitBytes, isCancelled: isCancelled)
    let mark: Unicode.Scalar = "\u{FEFF}"
    if file.unicodeScalars.first == mark {
      try document.addFixed(String(mark))
      try read(String(file.unicodeScalars.dropFirst()), into: &document)
    } else {
      try read(file, into: &document)
    }
    return document.document()
  }

  private func read(_ file: String, into document: inout DocumentBuilder) throws(DocumentError) {
    switch self {
    case .text: try document.addText(DocumentText(file))
    case .subRip: try Subtitles.read(file, isWebVTT: false, into: &document)
    case .webVTT: try Subtitles.read(file, isWebVTT: true, into: &document)
    case .html: try document.addText(DocumentText(file, isMarkup: true))
    case .markdown: try MarkdownReader.read(file, into: &document)
    case .portableObject: try PortableObject.read(file, into: &document)
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
