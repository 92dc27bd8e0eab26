/// The reason why a file was not read to its end.
package enum DocumentError: Error, Equatable, Sendable {
  /// The texts have more bytes of UTF-8 than the limit; `foundBytes` counts those that were read.
  case textsTooLong(foundBytes: Int, limitBytes: Int)
  case cancelled
}

/// The pieces of a file in their order, collected while it is read.
///
/// Readers hand over every byte of their file in small pieces, so that reading ends soon after the texts exceed their
/// limit or the caller gives up, whatever the format.
struct DocumentBuilder {
  /// Bytes between two calls of `isCancelled`.
  static let bytesPerCheck = 1 << 14

  private let textLimitBytes: Int
  private let isCancelled: () -> Bool
  private var pieces: [Document.Piece] = []
  /// Fixed text after the last piece; pieces of it are one piece.
  private var fixedText = ""
  private var textBytes = 0
  private var bytesSinceCheck = 0

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

  /// The document of all pieces.
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
