import HTTP
import JSON
import Languages
import Translation

/// The API of Google Cloud Translation (basic, v2), and `/translate_a/single`, which extensions speak.
struct GoogleTranslate: WireFormat {
  static let folders = ["/language/translate/v2", "/translate_a/"]

  /// `{"error": {"code": …, "message": …, "errors": […], "status": …}}`.
  static let errors = ErrorShape { writer, error in
    writer.member(
      "error",
      object: { writer in
        writer.member("code", error.status)
        writer.member("message", error.message)
        writer.member("errors", arrayOf: [error]) { writer, error in
          writer.object { writer in
            writer.member("message", error.message)
            writer.member("domain", "global")
            writer.member("reason", reason(error))
          }
        }
        writer.member("status", status(error))
      })
  }

  private static let texts: [String: WireOperation.Schema] = [
    "q": .list(.string), "source": .string, "target": .string, "format": .string, "key": .string,
  ]
  private static let translations = WireOperation.Schema.object([
    "data": .object(["translations": .list(.object(["translatedText": .string, "detectedSourceLanguage": .string]))])
  ])
  private static let detections = WireOperation.Schema.object([
    "data": .object([
      "detections": .list(.list(.object(["language": .string, "confidence": .number, "isReliable": .boolean])))
    ])
  ])
  private static let single: [String: WireOperation.Schema] = [
    "client": .string, "sl": .string, "tl": .string, "dt": .list(.string), "dj": .integer, "q": .string,
  ]
  static let operations = [
    WireOperation(
      method: "POST", path: "/language/translate/v2", id: "googleTranslate", summary: "Google v2: translates texts",
      query: ["key": .string], body: .object(texts), answer: translations),
    WireOperation(
      method: "GET", path: "/language/translate/v2", id: "googleTranslateQuery",
      summary: "Google v2: translates texts of the query", query: texts, answer: translations),
    WireOperation(
      method: "POST", path: "/language/translate/v2/detect", id: "googleDetect",
      summary: "Google v2: the languages of texts", body: .object(["q": .list(.string)]), answer: detections),
    WireOperation(
      method: "GET", path: "/language/translate/v2/detect", id: "googleDetectQuery",
      summary: "Google v2: the languages of texts of the query", query: ["q": .list(.string)], answer: detections),
    WireOperation(
      method: "GET", path: "/language/translate/v2/languages", id: "googleLanguages", summary: "Google v2: languages",
      query: ["target": .string],
      answer: .object([
        "data": .object(["languages": .list(.object(["language": .string, "name": .string]))])
      ])),
    WireOperation(
      method: "GET", path: "/translate_a/single", id: "googleSingle", summary: "Google's pages: translates a text",
      query: single, answer: .anything),
    WireOperation(
      method: "POST", path: "/translate_a/single", id: "googleSingleForm",
      summary: "Google's pages: translates a text of a form", query: single, body: .object(["q": .string]),
      answer: .anything),
  ]

  private let server: RouteContext

  init(_ server: RouteContext) {
    self.server = server
  }

  var routes: [Route] {
    var routes: [Route] = []
    for method in ["GET", "POST"] {
      routes += [
        route(method, "/language/translate/v2", translate), route(method, "/language/translate/v2/detect", detect),
        route(method, "/translate_a/single", single),
      ]
    }
    return routes + [Route("GET", "/language/translate/v2/languages", errors: Self.errors, guarded: languages)]
  }

  private func route(_ method: String, _ pattern: String, _ action: @escaping Route.Guarded) -> Route {
    Route(method, pattern, errors: Self.errors, guarded: action)
  }

  // MARK: Version 2

  /// `/language/translate/v2`. Texts without a format are HTML, as with Google.
  @Sendable private func translate(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    var request = try fields.request(fields.textList("q"), from: "source", to: "target", terms)
    if try fields.word("format", of: ["text", "html"]) != "text" { request.format = .html }
    try server.translate(request, exchange) { [source = request.source] texts in
      Self.answer { writer in
        writer.member("translations", arrayOf: texts) { writer, text in
          writer.object { writer in
            writer.member("translatedText", text.text)
            if source == nil { writer.member("detectedSourceLanguage", text.sourceCode(named: nil)) }
          }
        }
      }
    }
  }

  /// `/language/translate/v2/detect`.
  @Sendable private func detect(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let texts = try fields.textList("q")
    try server.settings.checkCount(of: texts)
    let found = try server.languages(of: texts)
    exchange.respond(
      Self.answer { writer in
        writer.member("detections", arrayOf: found) { writer, language in
          writer.array(of: [language]) { writer, language in
            writer.object { writer in
              writer.member("language", language.confidence > 0 ? LanguageCode(language.language).text : "und")
              writer.member("confidence", language.confidence)
              writer.member("isReliable", false)
            }
          }
        }
      })
  }

  /// `GET /language/translate/v2/languages`; names are English.
  @Sendable private func languages(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let hasNames = try fields.string("target") != nil
    let pairs = try server.slot.withService(\.pairs)
    let codes = Set((pairs.sources + pairs.targets).map { LanguageCode($0) }).sorted { $0.text < $1.text }
    exchange.respond(
      Self.answer { writer in
        writer.member("languages", arrayOf: codes) { writer, code in
          writer.object { writer in
            writer.member("language", code.text)
            writer.member("name", ifPresent: hasNames ? code.englishName : nil)
          }
        }
      })
  }

  private static func answer(_ data: (inout JSONWriter) -> Void) -> HTTPResponse {
    var writer = JSONWriter()
    writer.object { $0.member("data", object: data) }
    return HTTPResponse(json: writer.bytes)
  }

  private static func reason(_ error: ErrorStatus) -> String {
    switch error.reason {
    case .rateLimit: "rateLimitExceeded"
    case .quota: "dailyLimitExceeded"
    case .keyMissing, .keyUnknown: "forbidden"
    case .notFound: "notFound"
    default: error.status < 500 ? "invalid" : "backendError"
    }
  }

  private static func status(_ error: ErrorStatus) -> String {
    switch error.status {
    case 403: "PERMISSION_DENIED"
    case 404: "NOT_FOUND"
    case 429: "RESOURCE_EXHAUSTED"
    case 503: "UNAVAILABLE"
    case 504: "DEADLINE_EXCEEDED"
    default: error.status < 500 ? "INVALID_ARGUMENT" : "INTERNAL"
    }
  }

  // MARK: Pages

  /// `/translate_a/single`: nested arrays, or an object if `dj` is 1.
  @Sendable private func single(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let text = try fields.textList("q").joined(separator: "\n")
    let request = try fields.request([text], from: "sl", to: "tl", terms)
    let isObject = try fields.word("dj") == "1"
    try server.translate(request, exchange) { [source = request.source] texts in
      let parts = SentenceParts(text, texts[0])
      let (language, confidence) = (texts[0].sourceCode(named: source), texts[0].detected?.confidence ?? 1)
      return HTTPResponse(
        json: isObject ? Self.object(parts, language, confidence) : Self.arrays(parts, language, confidence))
    }
  }

  private static func object(_ parts: SentenceParts, _ language: String, _ confidence: Double) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("sentences", arrayOf: zip(parts.targets, parts.sources)) { writer, part in
        writer.object { writer in
          writer.member("trans", part.0)
          writer.member("orig", part.1)
          writer.member("backend", 1)
        }
      }
      writer.member("src", language)
      writer.member("confidence", confidence)
    }
    return writer.bytes
  }

  /// Positions count: sentences first, the language third, the confidence seventh, languages found ninth.
  private static func arrays(_ parts: SentenceParts, _ language: String, _ confidence: Double) -> [UInt8] {
    var writer = JSONWriter()
    writer.array { writer in
      writer.array(of: zip(parts.targets, parts.sources)) { writer, part in
        writer.array { writer in
          writer.string(part.0)
          writer.string(part.1)
          writer.null()
          writer.null()
          writer.integer(1)
        }
      }
      writer.null()
      writer.string(language)
      for _ in 0..<3 { writer.null() }
      writer.real(confidence)
      writer.array { _ in }
      writer.array { writer in
        writer.array { $0.string(language) }
        writer.null()
        writer.array { $0.real(confidence) }
        writer.array { $0.string(language) }
      }
    }
    return writer.bytes
  }
}
