import HTTP
import JSON
import Languages
import Translation

/// The API of Lingva: languages and text are in the path. `/spec` describes it in `paths.json`.
struct Lingva: WireFormat {
  private static let folder = "/api/v1/"
  private static let languages = "languages"

  private let server: RouteContext

  init(_ server: RouteContext) {
    self.server = server
  }

  var routes: [Route] {
    [
      Route("GET", Self.folder + Self.languages, guarded: languages),
      Route("GET", Self.folder + "*", guarded: translate),
    ]
  }

  /// `/api/v1/SOURCE/TARGET/TEXT`. A text can have slashes.
  @Sendable private func translate(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let parts = fields.path.dropFirst(Self.folder.count).split(separator: "/", maxSplits: 2).map(String.init)
    if parts.first == Self.languages { return try languages(fields, terms, exchange) }
    guard parts.count == 3 else {
      throw Refusal.malformed("path: expected /api/v1/SOURCE/TARGET/TEXT, found \(fields.path.excerpt)")
    }
    var request = TranslationRequest(
      texts: [parts[2]], source: RequestFields.source(code: parts[0]), target: parts[1].lowercased())
    request.terms = terms
    try server.translate(request, exchange) { texts in
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("translation", texts[0].text)
        writer.member("info", object: { Self.info(texts[0], &$0) })
      }
      return HTTPResponse(json: writer.bytes)
    }
  }

  /// Clients look for members of a dictionary, which this server does not have.
  private static func info(_ text: TranslatedText, _ writer: inout JSONWriter) {
    if let found = text.detected { writer.member("detectedSource", LanguageCode(found.language).text) }
    writer.member("pronunciation", object: { _ in })
    for name in ["definitions", "examples", "similar", "extraTranslations"] { writer.member(name, [String]()) }
  }

  /// `/api/v1/languages`, and the same below it for sources and targets.
  @Sendable private func languages(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let role = fields.path.split(separator: "/").last
    let pairs = try server.slot.withService(\.pairs)
    let sources = role == "target" ? [] : pairs.sources
    let targets = role == "source" ? [] : pairs.targets
    let codes = Set((sources + targets).map { LanguageCode($0) }).sorted { $0.text < $1.text }
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("languages", arrayOf: codes) { writer, code in
        writer.object { writer in
          writer.member("code", code.text)
          writer.member("name", code.englishName)
        }
      }
    }
    exchange.respond(json: writer.bytes)
  }
}
