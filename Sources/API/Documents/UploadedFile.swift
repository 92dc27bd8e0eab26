import Documents
import HTTP

/// A file to translate, as it came.
struct UploadedFile: Sendable {
  let format: DocumentFormat
  let document: Document
  /// Without its ending and without folders.
  private let stem: String

  /// Bytes of a name that are kept: with language and ending as long as file systems take.
  private static let longestStem = 200

  /// - Parameters:
  ///   - textLimitBytes: the most bytes that the texts of the file may have together.
  ///   - isCancelled: returns whether the file is no longer needed; asked while the file is read.
  /// - Throws: `Refusal` for a file without a name, of an unknown kind, or that is not UTF-8; `DocumentError`.
  init(_ part: MultipartForm.Part, textLimitBytes: Int, isCancelled: @escaping () -> Bool) throws {
    guard let name = part.fileName, !name.isEmpty else { throw Refusal.malformed("Invalid request: empty file") }
    guard let format = DocumentFormat(fileName: name) else {
      let known = DocumentFormat.all.map { "." + $0.fileExtension }.joined(separator: ", ")
      throw Refusal.malformed("Invalid request: file format not supported; supported: \(known)")
    }
    guard let text = part.text else { throw Refusal.malformed("file: expected UTF-8, found other bytes") }
    self.format = format
    let last = name.split { $0 == "/" || $0 == "\\" }.last ?? ""
    stem = Self.shortened(last.dropLast(format.fileExtension.count + 1))
    document = try format.read(text, textLimitBytes: textLimitBytes, isCancelled: isCancelled)
  }

  func translated(_ translations: [String], into target: String) -> TranslatedFiles.File {
    TranslatedFiles.File(
      bytes: Array(document.written(translations).utf8), name: "\(stem)_\(target).\(format.fileExtension)",
      mediaType: format.mediaType)
  }

  /// Whole characters alone.
  private static func shortened(_ name: Substring) -> String {
    var room = longestStem
    return String(
      name.prefix { character in
        room -= character.utf8.count
        return room >= 0
      })
  }
}
