import HTTP
import JSON
import Translation

/// The API of NLLB Serve, and that of NLLB API: languages as FLORES-200 names them, such as `eng_Latn`.
struct NLLBServe: WireFormat {
  private static let fields: [String: WireOperation.Schema] = [
    "source": .list(.string), "src_lang": .string, "tgt_lang": .string,
  ]
  private static let text: [String: WireOperation.Schema] = ["text": .string, "source": .string, "target": .string]
  private static let answer = WireOperation.Schema.object([
    "source": .list(.string), "translation": .list(.string), "src_lang": .string, "tgt_lang": .string,
  ])
  static let operations = [
    WireOperation(
      method: "POST", path: "/translate", id: "nllbTranslate", summary: "NLLB Serve: translates texts",
      body: .object(fields), answer: answer),
    WireOperation(
      method: "GET", path: "/translate", id: "nllbQuery", summary: "NLLB Serve: translates texts of the query",
      query: fields, answer: answer),
    WireOperation(
      method: "GET", path: "/api/v4/translator", id: "nllbText", summary: "NLLB API: translates a text",
      query: text, answer: .object(["result": .string])),
    WireOperation(
      method: "POST", path: "/api/v4/translator", id: "nllbTextBody", summary: "NLLB API: translates a text of a body",
      body: .object(text), answer: .object(["result": .string])),
  ]

  private let server: RouteContext

  init(_ server: RouteContext) {
    self.server = server
  }

  var routes: [Route] {
    let isMine: Route.Recogniser = { $0.have("source", "tgt_lang", without: "q") }
    return [
      Route("POST", "/translate", when: isMine, guarded: texts),
      Route("GET", "/translate", when: isMine, guarded: texts),
      Route("GET", "/api/v4/translator", guarded: text),
      Route("POST", "/api/v4/translator", guarded: text),
    ]
  }

  /// `/translate` with `source`, a text or several.
  @Sendable private func texts(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let texts = try fields.textList("source")
    let (from, to) = (try fields.string("src_lang") ?? "", try fields.required("tgt_lang"))
    let request = try fields.request(texts, from: "src_lang", to: "tgt_lang", terms)
    try server.translate(request, exchange) { translated in
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("source", texts)
        writer.member("translation", translated.map(\.text))
        writer.member("src_lang", from)
        writer.member("tgt_lang", to)
      }
      return HTTPResponse(json: writer.bytes)
    }
  }

  /// `/api/v4/translator`, which takes one text.
  @Sendable private func text(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let request = try fields.request([fields.text("text")], from: "source", to: "target", terms)
    try server.translate(request, exchange) { translated in
      var writer = JSONWriter()
      writer.object { $0.member("result", translated[0].text) }
      return HTTPResponse(json: writer.bytes)
    }
  }
}
