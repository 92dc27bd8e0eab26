/// A kind of file that can be translated, known by the ending of its name.
package struct DocumentFormat: Sendable {
  /// All formats, in the order in which the API lists them. A new format is a line here and the file that defines it.
  package static let all: [DocumentFormat] = [
    .plainText, .subRip, .webVTT, .html, .html.named("htm"), .markdown, .markdown.named("markdown"), .portableObject,
    .portableObject.named("pot"),
  ]

  /// The ending of file names, in lower case and without the dot.
  package let fileExtension: String
  /// The media type that a file of this kind is sent with.
  package let mediaType: String
  /// Takes a file without a byte order mark apart.
  private let read: @Sendable (_ file: String, _ document: inout DocumentBuilder) throws(DocumentError) -> Void

  init(
    fileExtension: String, mediaType: String,
    read: @escaping @Sendable (_ file: String, _ document: inout DocumentBuilder) throws(DocumentError) -> Void
  ) {
    self.fileExtension = fileExtension
    self.mediaType = mediaType
    self.read = read
  }

  /// Returns this format under another ending of names.
  func named(_ fileExtension: String) -> DocumentFormat {
    DocumentFormat(fileExtension: fileExtension, mediaType: mediaType, read: read)
  }

  /// Finds the format of a file by its name; nil if the ending, in any case, belongs to none.
  package init?(fileName: String) {
    guard let dot = fileName.lastIndex(of: ".") else { return nil }
    let ending = fileName[fileName.index(after: dot)...].lowercased()
    guard let format = Self.all.first(where: { $0.fileExtension == ending }) else { return nil }
    self = format
  }

  /// Takes a file of this kind apart. Every file can be read: parts that are not understood stay as they are.
  /// - Parameters:
  ///   - textLimitBytes: the limit for all texts together, in bytes of UTF-8.
  ///   - isCancelled: returns whether the caller no longer needs the document; called again and again.
  /// - Throws: `DocumentError` if the texts exceed the limit or the reading is cancelled.
  package func read(
    _ file: String, textLimitBytes: Int = .max, isCancelled: @escaping () -> Bool = { false }
  ) throws(DocumentError) -> Document {
    var document = DocumentBuilder(textLimitBytes: textLimitBytes, isCancelled: isCancelled)
    let mark: Unicode.Scalar = "\u{FEFF}"
    if file.unicodeScalars.first == mark {
      try document.addFixed(String(mark))
      try read(String(file.unicodeScalars.dropFirst()), &document)
    } else {
      try read(file, &document)
    }
    return document.document()
  }
}

extension DocumentFormat: Hashable {
  package static func == (one: DocumentFormat, other: DocumentFormat) -> Bool {
    one.fileExtension == other.fileExtension
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(fileExtension) }
}

// MARK: Files that are one text

extension DocumentFormat {
  /// Plain text, which is one text.
  package static let plainText = DocumentFormat(fileExtension: "txt", mediaType: "text/plain; charset=utf-8") {
    (file, document) throws(DocumentError) in try document.addText(DocumentText(file))
  }

  /// HTML, which is one text with tags.
  package static let html = DocumentFormat(fileExtension: "html", mediaType: "text/html; charset=utf-8") {
    (file, document) throws(DocumentError) in try document.addText(DocumentText(file, isMarkup: true))
  }
}
