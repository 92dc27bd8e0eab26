import Dispatch
import Documents
import Foundation
import HTTP
import JSON
import Translation

/// LibreTranslate's routes for files: `POST /translate_file` and `GET /download_file/…`.
struct FileRoutes: Sendable {
  static let folder = "/download_file/"
  /// The most bytes of a file per character of its texts: the rest of it has to be read too.
  private static let bytesPerCharacter = 4

  let slot: ServiceSlot
  let settings: ServerSettings

  /// `POST /translate_file`.
  @Sendable func translate(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    guard let files = settings.files else { throw Refusal.filesDisabled }
    guard let upload = fields.file("file") else { throw Refusal.malformed("Invalid request: missing file parameter") }
    let limit = settings.characterLimit.multipliedReportingOverflow(by: Self.bytesPerCharacter)
    let limitBytes = limit.overflow ? Int.max : limit.partialValue
    guard upload.body.count <= limitBytes else {
      throw Refusal.fileTooLarge(found: upload.body.count, limit: limitBytes)
    }
    let (source, target) = (try fields.sourceLanguage(), try fields.required("target").lowercased())
    let (model, beam) = (try fields.string("model"), try fields.integer("beam", in: 1...16))
    let joinsCues = try fields.boolean("join_cues") ?? false
    // Reading a file is in vain if there is no room for its texts.
    try slot.withService { try $0.checkRoom(for: terms) }
    var terms = terms
    let file = try read(upload, limitBytes: limitBytes, joinsCues: joinsCues, &terms, exchange)
    var request = TranslationRequest(
      texts: file.document.texts.map(\.text), source: source, target: target, model: model, beam: beam)
    request.format = file.document.isMarkup ? .html : .text
    request.isOfOneLanguage = true
    request.terms = terms
    request = try slot.withService { $0.understood(request) }
    try exchange.reserve(request.texts)
    try exchange.answer(
      from: slot,
      work: { [texts = request.texts] in RequestWork(texts, $0) },
      response: { [target = request.target, origin = fields.origin] translated in
        let name = try files.add(
          try file.translated(translated.map(\.text), into: target), ending: file.format.answerExtension)
        return HTTPResponse(json: Self.answer(origin + Self.folder + name))
      },
      start: { [request] in $0.translate(request, completion: $1) })
  }

  /// Reads a file as long as its client waits for it.
  /// - Parameters:
  ///   - limitBytes: the most bytes that the texts of the file can have together.
  ///   - joinsCues: whether a sentence that runs over cues of subtitles is one text.
  ///   - terms: the time that reading takes is added to the time that the request has waited.
  private func read(
    _ upload: MultipartForm.Part, limitBytes: Int, joinsCues: Bool, _ terms: inout RequestTerms, _ exchange: APIExchange
  ) throws -> UploadedFile {
    let start = DispatchTime.now().uptimeNanoseconds
    let waited = terms.waitedMilliseconds
    let timeout = terms.timeoutMilliseconds
    let waitedNow = { waited + Int((DispatchTime.now().uptimeNanoseconds - start) / 1_000_000) }
    let isOverdue = { timeout.map { waitedNow() >= $0 } ?? false }
    do {
      let file = try UploadedFile(upload, textLimitBytes: limitBytes, joinsCues: joinsCues) {
        exchange.isAbandoned || isOverdue()
      }
      terms.waitedMilliseconds = waitedNow()
      return file
    } catch DocumentError.cancelled {
      throw Refusal.service(exchange.isAbandoned ? .cancelled : .deadlinePassed)
    } catch DocumentError.broken(let item, let found, let expected) {
      throw Refusal.malformed("\(item): expected \(expected), found \(found)")
    } catch DocumentError.textsTooLong(let foundBytes, _) {
      // A character has at most as many bytes, so there are at least as many characters.
      let characters = foundBytes / Self.bytesPerCharacter
      throw Refusal.service(
        .textTooLong(found: max(characters, settings.characterLimit + 1), limit: settings.characterLimit))
    }
  }

  /// `GET /download_file/…`.
  @Sendable func download(_ request: HTTPRequest, _ exchange: APIExchange) throws {
    guard let files = settings.files else { throw Refusal.filesDisabled }
    guard let file = files.file(named: String(request.path.dropFirst(Self.folder.count))) else {
      throw Refusal.noSuchFile
    }
    // The header fields keep an uploaded file from running as a page of this server.
    exchange.respond(
      HTTPResponse(
        status: 200,
        headers: [
          "Content-Type": file.mediaType, "Content-Disposition": Self.disposition(file.name),
          "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox", "Cache-Control": "no-store",
        ],
        body: file.bytes))
  }

  private static func answer(_ address: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { $0.member("translatedFileUrl", address) }
    return writer.bytes
  }

  private static let unreserved = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-")

  /// The value of `Content-Disposition` (RFC 6266): the name in ASCII for old clients, and in UTF-8.
  private static func disposition(_ name: String) -> String {
    let plain = name.unicodeScalars.map {
      (" "..."~").contains($0) && $0 != "\"" && $0 != "\\" ? Character($0) : "_"
    }
    let coded = name.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    return "attachment; filename=\"\(String(plain))\"; filename*=UTF-8''\(coded)"
  }
}

// MARK: - Uploaded files

/// A file to translate, as it was uploaded.
private struct UploadedFile: Sendable {
  let format: DocumentFormat
  let document: Document
  /// The name without folders and without its ending.
  private let stem: String

  /// The most bytes kept of a name: file systems take it with language and ending.
  private static let maxStemBytes = 200

  /// - Parameters:
  ///   - textLimitBytes: the most bytes that the texts of the file can have together.
  ///   - joinsCues: whether a sentence that runs over cues of subtitles is one text.
  ///   - isCancelled: returns whether the file is no longer needed; asked while the file is read.
  /// - Throws: `Refusal` if the file has no name or is of an unknown kind; `DocumentError`.
  init(
    _ part: MultipartForm.Part, textLimitBytes: Int, joinsCues: Bool, isCancelled: @escaping () -> Bool
  ) throws {
    guard let name = part.fileName, !name.isEmpty else { throw Refusal.malformed("Invalid request: empty file") }
    guard let format = DocumentFormat(fileName: name) else {
      let known = DocumentFormat.all.map { "." + $0.fileExtension }.joined(separator: ", ")
      throw Refusal.malformed("Invalid request: file format not supported; supported: \(known)")
    }
    self.format = format
    let last = name.split { $0 == "/" || $0 == "\\" }.last ?? ""
    stem = Self.shortened(last.dropLast(format.fileExtension.count + 1))
    document = try format.read(
      Array(part.body), textLimitBytes: textLimitBytes, joinsCues: joinsCues, isCancelled: isCancelled)
  }

  func translated(_ translations: [String], into target: String) throws -> TranslatedFiles.File {
    TranslatedFiles.File(
      bytes: try document.written(translations), name: "\(stem)_\(target).\(format.answerExtension)",
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
