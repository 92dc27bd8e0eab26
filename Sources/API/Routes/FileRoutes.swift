import Foundation
import HTTP
import JSON
import Translation

/// LibreTranslate's routes for files: `POST /translate_file` and `GET /download_file/…`.
struct FileRoutes: Sendable {
  static let folder = "/download_file/"

  let server: RouteContext

  private var slot: ServiceSlot { server.slot }
  private var settings: ServerSettings { server.settings }

  /// `POST /translate_file`. A job has the file itself as its answer.
  @Sendable func translate(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    guard let files = settings.files else { throw Refusal.filesDisabled }
    let upload = try fields.requiredFile("file")
    let (source, target) = (try fields.sourceLanguage(), try fields.required("target").lowercased())
    let (model, beam) = (try fields.string("model"), try fields.integer("beam", in: 1...16))
    let glossaries = try fields.glossaries(settings, of: exchange.keyName)
    let joinsCues = try fields.boolean("join_cues") ?? false
    // Reading a file is in vain if there is no room for its texts.
    if !exchange.isOfJob { try slot.withService { try $0.checkRoom(for: terms) } }
    var terms = terms
    let limit = server.characterLimit(of: exchange)
    let file = try UploadedFile(upload, characterLimit: limit, joinsCues: joinsCues, &terms) { exchange.isAbandoned }
    var request = TranslationRequest(texts: [], source: source, target: target, model: model, beam: beam)
    request.translatesAttributes = try fields.boolean("attributes") ?? true
    request.glossaries = glossaries
    request.terms = terms
    let isOfJob = exchange.isOfJob
    try server.translate(file, request, exchange) { [origin = fields.origin] written in
      if isOfJob { return HTTPResponse(written) }
      let name = try files.add(written, ending: file.format.answerExtension)
      return HTTPResponse(json: Self.answer(origin + Self.folder + name))
    }
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

extension RouteContext {
  /// Has a file translated and answers with the result.
  /// - Parameters:
  ///   - request: the wishes, without texts; the languages as the client writes them.
  ///   - response: the answer, from the translated file.
  /// - Throws: `Refusal`.
  func translate(
    _ file: UploadedFile, _ request: TranslationRequest, _ exchange: APIExchange,
    response: @escaping @Sendable (TranslatedFiles.File) throws -> HTTPResponse
  ) throws {
    var request = try slot.withService { $0.understood(request) }
    request.texts = TextList(count: file.document.texts.count) { [texts = file.document.texts] in texts[$0].text }
    request.format = file.document.isMarkup ? .html : .text
    request.isOfOneLanguage = true
    request.isTextOnly = true
    try translate(request, exchange, isCounted: false) { [target = request.target] translated in
      try response(file.translated(translated, into: target))
    }
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
