/// A kind of file that can be translated, known by the ending of its name.
package struct DocumentFormat: Sendable {
  /// All formats, in the order in which the API lists them. A new format is a line here and the file that defines it.
  package static let all: [DocumentFormat] = [
    .plainText, .subRip, .webVTT, .html, .html.named("htm"), .markdown, .markdown.named("markdown"), .portableObject,
    .portableObject.named("pot"), .messageJSON, .messageYAML, .messageYAML.named("yaml"), .xliff, .xliff.named("xlf"),
    .subStation, .subStation.named("ssa"),
    .wordDocument, .presentation, .workbook, .openText, .openPresentation, .openSpreadsheet, .book, .portableDocument,
  ]

  /// The endings of all formats, for messages.
  package static var endings: String { all.map { "." + $0.fileExtension }.joined(separator: ", ") }

  /// The ending of file names, in lower case and without the dot.
  package let fileExtension: String
  /// The media type that a file of this kind is sent with.
  package let mediaType: String
  /// The ending of the answer's name, which differs if the file cannot be written.
  package let answerExtension: String
  private let read: Reader

  /// Takes the text of a file apart, without its byte order mark.
  typealias TextReader = @Sendable (_ file: String, _ document: inout DocumentBuilder) throws(DocumentError) -> Void

  /// Takes an archive apart.
  /// - Returns: the way to make the archive of its translated parts.
  typealias PackageReader =
    @Sendable (
      _ file: [UInt8], _ document: inout DocumentBuilder
    ) throws(DocumentError) -> Document.Assembly

  private enum Reader: Sendable {
    case text(OtherEncodings, TextReader)
    case package(PackageReader)
  }

  /// A format of text in UTF-8 or UTF-16.
  /// - Parameter others: the other encodings that files of this kind can be in.
  init(fileExtension: String, mediaType: String, others: OtherEncodings = .none, read: @escaping TextReader) {
    self.init(fileExtension: fileExtension, mediaType: mediaType, .text(others, read))
  }

  /// A format of archives.
  init(
    fileExtension: String, mediaType: String, answerExtension: String? = nil, readPackage: @escaping PackageReader
  ) {
    self.init(
      fileExtension: fileExtension, mediaType: mediaType, answerExtension: answerExtension, .package(readPackage))
  }

  private init(fileExtension: String, mediaType: String, answerExtension: String? = nil, _ read: Reader) {
    self.fileExtension = fileExtension
    self.answerExtension = answerExtension ?? fileExtension
    self.mediaType = mediaType
    self.read = read
  }

  /// Returns this format under another ending of names.
  func named(_ fileExtension: String) -> DocumentFormat {
    DocumentFormat(fileExtension: fileExtension, mediaType: mediaType, read)
  }

  /// Finds the format of a file by its name; nil if the ending, in any case, belongs to none.
  package init?(fileName: String) {
    guard let dot = fileName.lastIndex(of: ".") else { return nil }
    let ending = fileName[fileName.index(after: dot)...].lowercased()
    guard let format = Self.all.first(where: { $0.fileExtension == ending }) else { return nil }
    self = format
  }

  /// Takes a file of this kind apart. Parts that are not understood stay as they are.
  /// - Parameters:
  ///   - textLimitBytes: the limit for all texts together, in bytes of UTF-8.
  ///   - joinsCues: whether a sentence that runs over cues of subtitles is one text.
  ///   - isCancelled: returns whether the caller no longer needs the document; called again and again.
  /// - Throws: `DocumentError` if the file cannot be read, the texts exceed the limit or the reading is cancelled.
  package func read(
    _ file: [UInt8], textLimitBytes: Int = .max, joinsCues: Bool = false,
    isCancelled: @escaping () -> Bool = { false }
  ) throws(DocumentError) -> Document {
    var document = DocumentBuilder(textLimitBytes: textLimitBytes, joinsCues: joinsCues, isCancelled: isCancelled)
    switch read {
    case .text(let others, let read):
      let (text, encoding) = try TextEncoding.decode(file, others)
      try read(text, &document)
      document.endPart()
      return document.document { next in try next().map { encoding.encoded(try Self.joined($0)) } ?? file }
    case .package(let read):
      let assembly = try read(file, &document)
      return document.document(assembly)
    }
  }
}

extension DocumentFormat {
  /// The bytes of a part in one piece.
  static func joined(_ part: Document.PartWriter) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try part { bytes += $0 }
    return bytes
  }
}

extension DocumentFormat: Hashable {
  package static func == (one: DocumentFormat, other: DocumentFormat) -> Bool {
    one.fileExtension == other.fileExtension
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(fileExtension) }
}

// MARK: HTML

extension DocumentFormat {
  /// HTML, which is one text with tags.
  package static let html = DocumentFormat(
    fileExtension: "html", mediaType: "text/html", others: .named(NamedCharset.ofMarkup)
  ) { (file, document) throws(DocumentError) in try document.addText(DocumentText(file, isMarkup: true)) }
}
