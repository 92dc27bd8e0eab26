import Documents
import Foundation
import HTTP
import JSON
import Translation

/// LibreTranslate's `POST /translate_file` and `GET /download_file/…`.
struct FileRoutes: Sendable {
  static let folder = "/download_file/"
  /// Bytes of a file for each character that its texts may have: the rest of it has to be read too.
  private static let bytesPerCharacter = 4

  let slot: ServiceSlot
  let settings: ServerSettings

  @Sendable func translate(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: any HTTPExchange) throws {
    guard let files = settings.files else { throw Refusal.filesDisabled }
    guard let upload = fields.file("file") else { throw Refusal.malformed("Invalid request: missing file parameter") }
    let most = settings.characterLimit.multipliedReportingOverflow(by: Self.bytesPerCharacter)
    guard most.overflow || upload.body.count <= most.partialValue else {
      throw Refusal.fileTooLarge(found: upload.body.count, limit: most.partialValue)
    }
    let file = try UploadedFile(upload)
    var translation = TranslationRequest(
      texts: file.document.texts.map(\.text), source: try fields.sourceLanguage(),
      target: try fields.required("target").lowercased(), model: try fields.string("model"),
      beam: try fields.integer("beam", in: 1...16))
    translation.format = file.document.isMarkup ? .html : .text
    translation.isOfOneLanguage = true
    translation.terms = terms
    let origin = fields.origin
    let work = try slot.withService { [translation] service in
      let asked = service.understood(translation)
      return service.translate(asked) { result in
        do {
          let translated = try result.get()
          exchange.note { $0.work = RequestWork(asked.texts, translated) }
          let name = try files.add(
            file.translated(translated.map(\.text), into: asked.target), ending: file.format.rawValue)
          exchange.respond(HTTPResponse(json: Self.answer(origin + Self.folder + name)))
        } catch {
          exchange.refuse(error)
        }
      }
    }
    exchange.onDisconnect { work.cancel() }
  }

  @Sendable func download(_ request: HTTPRequest, _ exchange: any HTTPExchange) throws {
    guard let files = settings.files else { throw Refusal.filesDisabled }
    guard let file = files.file(named: String(request.path.dropFirst(Self.folder.count))) else {
      throw Refusal.noSuchFile
    }
    // What somebody uploaded must not run as a page of this server.
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
    writer.object { writer in
      writer.name("translatedFileUrl")
      writer.string(address)
    }
    return writer.bytes
  }

  private static let unreserved = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-")

  /// RFC 6266: the name in ASCII for old clients, and in UTF-8.
  private static func disposition(_ name: String) -> String {
    let plain = name.unicodeScalars.map {
      (" "..."~").contains($0) && $0 != "\"" && $0 != "\\" ? Character($0) : "_"
    }
    let coded = name.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    return "attachment; filename=\"\(String(plain))\"; filename*=UTF-8''\(coded)"
  }
}
