import Dispatch
import Documents
import HTTP
import Translation

/// A file to translate, as it was uploaded.
struct UploadedFile: Sendable {
  /// The most bytes of a file per character of its texts: the rest of it has to be read too.
  private static let bytesPerCharacter = 4
  /// The most bytes kept of a name: file systems take it with language and ending.
  private static let maxStemBytes = 200

  let format: DocumentFormat
  let document: Document
  /// The name without folders and without its ending.
  private let stem: String

  /// Reads a file as long as its client waits for it.
  /// - Parameters:
  ///   - characterLimit: the most characters of its texts.
  ///   - joinsCues: whether a sentence that runs over cues of subtitles is one text.
  ///   - terms: the time that reading takes is added to the time that the request has waited.
  ///   - isAbandoned: returns whether nobody needs the file any longer; asked while the file is read.
  /// - Throws: `Refusal` if the file is too large, has no name, is of an unknown kind, or cannot be read.
  init(
    _ part: MultipartForm.Part, characterLimit: Int, joinsCues: Bool = false, _ terms: inout RequestTerms,
    isAbandoned: @escaping () -> Bool
  ) throws {
    guard let name = part.fileName, !name.isEmpty else { throw Refusal.malformed("Invalid request: empty file") }
    try self.init(
      Array(part.body), named: name, characterLimit: characterLimit, joinsCues: joinsCues, &terms,
      isAbandoned: isAbandoned)
  }

  init(
    _ bytes: [UInt8], named name: String, characterLimit: Int, joinsCues: Bool = false,
    _ terms: inout RequestTerms, isAbandoned: @escaping () -> Bool
  ) throws {
    let limitBytes = Self.limitBytes(characterLimit)
    guard bytes.count <= limitBytes else { throw Refusal.fileTooLarge(found: bytes.count, limit: limitBytes) }
    guard let format = DocumentFormat(fileName: name) else {
      throw Refusal.malformed(
        "Invalid request: file format not supported; supported: \(DocumentFormat.endings)")
    }
    self.format = format
    let last = name.split { $0 == "/" || $0 == "\\" }.last ?? ""
    stem = Self.shortened(last.dropLast(format.fileExtension.count + 1))
    let start = DispatchTime.now().uptimeNanoseconds
    let (waited, timeout) = (terms.waitedMilliseconds, terms.timeoutMilliseconds)
    let waitedNow = { waited + Int((DispatchTime.now().uptimeNanoseconds - start) / 1_000_000) }
    let isOverdue = { timeout.map { waitedNow() >= $0 } ?? false }
    do {
      document = try format.read(bytes, textLimitBytes: limitBytes, joinsCues: joinsCues) {
        isAbandoned() || isOverdue()
      }
      terms.waitedMilliseconds = waitedNow()
    } catch DocumentError.cancelled {
      throw Refusal.service(isAbandoned() ? .cancelled : .deadlinePassed)
    } catch DocumentError.broken(let item, let found, let expected) {
      throw Refusal.malformed("\(item): expected \(expected), found \(found)")
    } catch DocumentError.textsTooLong(let foundBytes, _) {
      // A character has at most as many bytes, so there are at least as many characters.
      let characters = foundBytes / Self.bytesPerCharacter
      throw Refusal.service(
        .textTooLong(found: max(characters, characterLimit + 1), limit: characterLimit))
    }
  }

  /// The most bytes of a file, and of its texts together.
  private static func limitBytes(_ characterLimit: Int) -> Int {
    let limit = characterLimit.multipliedReportingOverflow(by: bytesPerCharacter)
    return limit.overflow ? Int.max : limit.partialValue
  }

  /// - Parameter translated: a translation per text of the document.
  func translated(_ translated: [TranslatedText], into target: String) throws -> TranslatedFiles.File {
    TranslatedFiles.File(
      bytes: try document.written { translated.indices.contains($0) ? translated[$0].text : nil },
      name: "\(stem)_\(target).\(format.answerExtension)",
      mediaType: format.mediaType)
  }

  /// A name cut between characters.
  private static func shortened(_ name: Substring) -> String {
    var bytesLeft = maxStemBytes
    return String(
      name.prefix { character in
        bytesLeft -= character.utf8.count
        return bytesLeft >= 0
      })
  }
}
