import HTTP
import Translation

/// The API of custom services of XUnity.AutoTranslator, which translates games: a query, answered in plain text.
struct XUnity: WireFormat {
  static let errors = ErrorShape { error in
    HTTPResponse(
      status: error.status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array(error.message.utf8))
  }

  static let operations = [
    WireOperation(
      method: "GET", path: "/translate", id: "xunityTranslate",
      summary: "XUnity.AutoTranslator: translates a text of the query",
      query: ["from": .string, "to": .string, "text": .string], answer: .plainText)
  ]

  private let server: RouteContext

  init(_ server: RouteContext) {
    self.server = server
  }

  var routes: [Route] {
    [Route("GET", "/translate", errors: Self.errors, guarded: translate)]
  }

  @Sendable private func translate(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let request = try fields.request([fields.text("text")], from: "from", to: "to", terms)
    try server.translate(request, exchange) { texts in
      HTTPResponse(
        status: 200, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array(texts[0].text.utf8))
    }
  }
}
