import HTTP
import JSON
import Languages
import Translation

/// The API of MTranServer, and that of kiss-translator's custom services, which has the same fields.
///
/// A text alone is answered with the members of both: `result` is MTranServer's, `text` and `src` are kiss-translator's.
struct MTranServer: WireFormat {
  private static let textAnswer = WireOperation.Schema.object(["text": .string, "src": .string])
  static let operations = [
    WireOperation(
      method: "POST", path: "/translate", id: "mtranTranslate",
      summary: "MTranServer: translates a text; kiss-translator: also texts",
      body: .object([
        "from": .string, "to": .string, "text": .string, "texts": .list(.string), "html": .boolean,
      ]),
      answer: .anything),
    WireOperation(
      method: "POST", path: "/translate/batch", id: "mtranBatch", summary: "MTranServer: translates texts",
      body: .object(["from": .string, "to": .string, "texts": .list(.string), "html": .boolean]),
      answer: .object(["results": .list(.string)])),
    WireOperation(
      method: "POST", path: "/detect", id: "mtranDetect", summary: "MTranServer: the language of a text",
      body: .object(["text": .string]), answer: .object(["language": .string, "confidence": .number])),
    WireOperation(
      method: "POST", path: "/kiss", id: "kissTranslate", summary: "kiss-translator: translates a text, or texts",
      body: .object(["from": .string, "to": .string, "text": .string, "texts": .list(.string)]),
      answer: .anything),
    WireOperation(
      method: "GET", path: "/version", id: "mtranVersion", summary: "MTranServer: the version of its API",
      answer: .object(["version": .string])),
  ]

  private let server: RouteContext

  init(_ server: RouteContext) {
    self.server = server
  }

  var routes: [Route] {
    [
      Route("POST", "/translate", when: { $0.have("text", "to", without: "q") }, guarded: text),
      Route("POST", "/translate", when: { $0.have("texts", "to", without: "q") }, guarded: kissTexts),
      Route("POST", "/translate/batch", guarded: batch),
      Route("POST", "/detect", when: { $0.have("text", without: "q") }, guarded: detect),
      Route("POST", "/kiss", when: { $0.have("texts") }, guarded: kissTexts),
      Route("POST", "/kiss", guarded: text),
      Route("GET", "/version", open: version),
    ]
  }

  /// `POST /translate` with one text.
  @Sendable private func text(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let request = try request([try fields.text("text")], fields, terms)
    try server.translate(request, exchange) { [source = request.source] texts in
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("result", texts[0].text)
        writer.member("text", texts[0].text)
        writer.member("src", texts[0].sourceCode(named: source))
      }
      return HTTPResponse(json: writer.bytes)
    }
  }

  /// `POST /translate/batch`.
  @Sendable private func batch(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    try server.translate(request(fields.textList("texts"), fields, terms), exchange) { texts in
      var writer = JSONWriter()
      writer.object { $0.member("results", texts.map(\.text)) }
      return HTTPResponse(json: writer.bytes)
    }
  }

  /// Texts of kiss-translator, answered as an array.
  @Sendable private func kissTexts(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let request = try request(fields.textList("texts"), fields, terms)
    try server.translate(request, exchange) { [source = request.source] texts in
      var writer = JSONWriter()
      writer.array(of: texts) { writer, text in
        writer.object { writer in
          writer.member("text", text.text)
          writer.member("src", text.sourceCode(named: source))
        }
      }
      return HTTPResponse(json: writer.bytes)
    }
  }

  private func request(
    _ texts: [String], _ fields: RequestFields, _ terms: RequestTerms
  ) throws -> TranslationRequest {
    var request = try fields.request(texts, from: "from", to: "to", terms)
    if try fields.boolean("html") ?? false { request.format = .html }
    return request
  }

  /// `POST /detect` with `text`.
  @Sendable private func detect(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let found = try server.language(of: fields.text("text"))
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("language", LanguageCode(found.language).text)
      writer.member("confidence", found.confidence)
    }
    exchange.respond(json: writer.bytes)
  }

  /// `GET /version`, by which clients see that the server speaks this API.
  @Sendable private func version(_ request: HTTPRequest, _ exchange: APIExchange) {
    var writer = JSONWriter()
    writer.object { $0.member("version", "v4.0.0") }
    exchange.respond(json: writer.bytes)
  }
}
