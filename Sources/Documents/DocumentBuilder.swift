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
  private var texts = DocumentTexts()
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

  /// Passes bytes of the member that is read, which do not change.
  mutating func passFixed(_ bytes: Range<Int>) throws(DocumentError) { try check(bytes.count) }

  /// The number of texts so far: the place of a text that is added after those within it.
  var place: Int { texts.count }

  /// Appends a text to translate.
  /// - Parameters:
  ///   - bytes: those of the part that the text was read from; none if the text knows them.
  ///   - inner: the parts of the file within the text.
  ///   - place: the number of texts before it; nil if the text is the last one.
  mutating func addText(
    _ text: DocumentText, _ bytes: Range<Int> = 0..<0, inner: [Document.Inner] = [], place: Int? = nil
  ) throws(DocumentError) {
    // The inner parts were counted before.
    let size = max(1, text.text.utf8.count)
    guard size <= textLimitBytes - textBytes else {
      throw .textsTooLong(foundBytes: textBytes.addingReportingOverflow(size).partialValue, limitBytes: textLimitBytes)
    }
    textBytes += size
    endFixedText()
    pieces.append(.text(Document.Span(bytes), inner: inner))
    texts.insert(text, at: place ?? texts.count)
    try check(size)
  }

  /// Begins an inner part of a text: the pieces until `endInner` are those of that part.
  mutating func beginInner() {
    endFixedText()
    outer.append(pieces)
    pieces = []
  }

  /// Ends an inner part and returns it, for the text that it is within.
  /// - Parameter bytes: those of the part.
  mutating func endInner(_ bytes: Range<Int>) -> Document.Inner {
    endFixedText()
    let inner = Document.Inner(span: Document.Span(bytes), pieces: pieces)
    pieces = outer.popLast() ?? []
    return inner
  }

  /// Ends a part of the file.
  mutating func endPart() {
    endFixedText()
    parts.append(Document.Part(pieces: pieces))
    pieces = []
  }

  /// Ends a part that is a member of an archive. Nothing is held of a member without texts, which is copied as it is packed.
  /// - Parameters:
  ///   - bytes: hands over those that ranges are of, again.
  ///   - start: the number of texts before the part.
  mutating func endMember(
    from start: Int, bytes: @escaping @Sendable (_ take: ([UInt8]) -> Void) throws -> Void
  ) {
    endFixedText()
    let hasTexts = texts.count > start
    // The copy of the pieces has no room to grow.
    let part = Document.Part(bytes: bytes, pieces: pieces.map { $0 })
    parts.append(hasTexts ? part : Document.Part(pieces: []))
    pieces = []
  }

  /// Returns the document of all parts that were ended.
  func document(_ assemble: @escaping Document.Assembly) -> Document {
    Document(parts: parts, texts: texts, assemble: assemble)
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
