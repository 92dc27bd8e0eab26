import HTTP
import JSON
import Translation

/// The API of custom services of Immersive Translate: texts of a page, with markers that stay.
struct ImmersiveTranslate: WireFormat {
  static let operations = ["/translate", "/imme"].map { path in
    WireOperation(
      method: "POST", path: path, id: path == "/imme" ? "immersiveTexts" : "immersiveTranslate",
      summary: "Immersive Translate: translates texts of a page",
      body: .object(["source_lang": .string, "target_lang": .string, "text_list": .list(.string)]),
      answer: .object(["translations": .list(.object(["detected_source_lang": .string, "text": .string]))]))
  }

  private let server: RouteContext

  init(_ server: RouteContext) {
    self.server = server
  }

  var routes: [Route] {
    [
      Route("POST", "/translate", when: { $0.have("text_list", without: "q") }, guarded: translate),
      Route("POST", "/imme", guarded: translate),
    ]
  }

  @Sendable private func translate(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let request = try fields.request(
      fields.textList("text_list"), from: "source_lang", to: "target_lang", terms)
    try server.translate(request, exchange) { [source = request.source] texts in
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("translations", arrayOf: texts) { writer, text in
          writer.object { writer in
            writer.member("detected_source_lang", text.sourceCode(named: source))
            writer.member("text", text.text)
          }
        }
      }
      return HTTPResponse(json: writer.bytes)
    }
  }
}
