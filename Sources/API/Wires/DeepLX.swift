import HTTP
import JSON
import Languages
import Translation

/// The API of DeepLX, which many extensions and plug-ins speak: one text, `POST /translate` or `POST /v1/translate`.
///
/// Its `/v2/translate` is DeepL's own.
struct DeepLX: WireFormat {
  /// `{"code": …, "message": …}`; a used-up quota has DeepL's status.
  static let errors = ErrorShape(status: status) { writer, error in
    writer.member("code", status(error))
    writer.member("message", error.message)
  }

  static let operations = ["/translate", "/v1/translate"].map { path in
    WireOperation(
      method: "POST", path: path, id: path == "/translate" ? "deeplxTranslate" : "deeplxTranslateV1",
      summary: "DeepLX: translates one text",
      body: .object(["text": .string, "source_lang": .string, "target_lang": .string, "tag_handling": .string]),
      answer: .object([
        "code": .integer, "id": .integer, "data": .string, "alternatives": .list(.string), "source_lang": .string,
        "target_lang": .string, "method": .string,
      ]))
  }

  private static func status(_ error: ErrorStatus) -> Int { error.reason == .quota ? 456 : error.status }

  private static let ids = 1_000_000_000...9_999_999_999

  private let server: RouteContext

  init(_ server: RouteContext) {
    self.server = server
  }

  var routes: [Route] {
    [
      Route(
        "POST", "/translate", errors: Self.errors, when: { $0.have("text", "target_lang", without: "q") },
        guarded: translate),
      Route("POST", "/v1/translate", errors: Self.errors, guarded: translate),
    ]
  }

  @Sendable private func translate(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let target = try fields.required("target_lang").lowercased()
    var request = TranslationRequest(
      texts: [try fields.text("text")], source: try fields.source("source_lang"), target: target)
    request.terms = terms
    switch try fields.string("tag_handling") {
    case nil, "", "none": break
    case "html": request.format = .html
    case "xml": request.format = .xml(XMLRules())
    case .some(let found): throw Refusal.malformed("tag_handling: expected html or xml, found \(found.excerpt)")
    }
    try server.translate(request, exchange) { [source = request.source] texts in
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("code", 200)
        writer.member("id", Int.random(in: Self.ids))
        writer.member("data", texts[0].text)
        writer.member("alternatives", [String]())
        writer.member("source_lang", texts[0].sourceCode(named: source).uppercased())
        writer.member("target_lang", LanguageCode(target).text.uppercased())
        writer.member("method", "Free")
      }
      return HTTPResponse(json: writer.bytes)
    }
  }
}
