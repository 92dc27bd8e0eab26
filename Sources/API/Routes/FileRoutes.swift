import Foundation
import HTTP
import JSON
import Translation

/// LibreTranslate's routes for files: `POST /translate_file` and `GET /download_file/…`.
struct FileRoutes: Sendable {
  static let folder = "/download_file/"

  let slot: ServiceSlot
  let settings: ServerSettings

  /// `POST /translate_file`.
  @Sendable func translate(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    guard let files = settings.files else { throw Refusal.filesDisabled }
    guard let upload = fields.file("file") else { throw Refusal.malformed("Invalid request: missing file parameter") }
    let (source, target) = (try fields.sourceLanguage(), try fields.required("target").lowercased())
    let (model, beam) = (try fields.string("model"), try fields.integer("beam", in: 1...16))
    let glossaries = try fields.glossaries(settings.glossaries)
    let joinsCues = try fields.boolean("join_cues") ?? false
    // Reading a file is in vain if there is no room for its texts.
    try slot.withService { try $0.checkRoom(for: terms) }
    var terms = terms
    let file = try UploadedFile(upload, settings, joinsCues: joinsCues, &terms) { exchange.isAbandoned }
    var request = TranslationRequest(
      texts: file.document.texts.map(\.text), source: source, target: target, model: model, beam: beam)
    request.format = file.document.isMarkup ? .html : .text
    request.translatesAttributes = try fields.boolean("attributes") ?? true
    request.isOfOneLanguage = true
    request.glossaries = glossaries
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

  /// `GET /download_file/…`.
  @Sendable func download(_ request: HTTPRequest, _ exchange: APIExchange) throws {
    guard let files = settings.files else { throw Refusal.filesDisabled }
    guard let file = files.file(named: String(request.path.dropFirst(Self.folder.count))) else {
      throw Refusal.noSuchFile
    }
    exchange.respond(HTTPResponse(file))
  }

  private static func answer(_ address: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { $0.member("translatedFileUrl", address) }
    return writer.bytes
  }
}

// MARK: - Answers

extension HTTPResponse {
  /// A file to save. The header fields keep an uploaded file from running as a page of this server.
  init(_ file: TranslatedFiles.File) {
    self.init(
      status: 200,
      headers: [
        "Content-Type": file.mediaType, "Content-Disposition": Self.disposition(file.name),
        "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox", "Cache-Control": "no-store",
      ],
      body: file.bytes)
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
