import HTTP
import JSON
import Translation

/// DeepL's API (version 2) as far as there is something behind it: texts, languages, usage.
struct DeepLRoutes: Sendable {
  /// What DeepL's own clients take for no limit.
  private static let unlimited = 1_000_000_000_000
  static let prefixes = ["/v2/", "/v3/"]

  let slot: ServiceSlot
  let settings: ServerSettings
  let usage: UsageTally

  func actions(_ access: AccessControl) -> [Served] {
    func guarded(
      execution: HandlerExecution = .queued,
      _ perform: @escaping @Sendable (RequestFields, RequestTerms, any HTTPExchange) throws -> Void
    ) -> GuardedAction { GuardedAction(access: access, execution: execution, perform: perform) }
    var actions: [Served] = [
      ("POST", "/v2/translate", guarded(execution: .brief, translate)),
      ("GET", "/v2/languages", guarded(languages)),
      ("GET", "/v2/usage", guarded(used)),
      ("GET", "/v2/glossary-language-pairs", guarded(glossaryPairs)),
      ("POST", "/v2/document", Action(perform: documents)),
      ("POST", "/v2/document/*", Action(perform: documents)),
    ]
    for version in ["/v2", "/v3"] {
      for method in ["GET", "POST"] {
        actions.append((method, version + "/glossaries", Action(perform: glossaries)))
      }
      for method in ["GET", "PATCH", "PUT", "DELETE"] {
        actions.append((method, version + "/glossaries/*", Action(perform: glossaries)))
      }
    }
    return actions
  }

  /// `POST /v2/translate`.
  @Sendable func translate(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: any HTTPExchange) throws {
    let asked = try DeepLFields(fields)
    let texts = asked.translation.texts
    try settings.checkCount(of: texts)
    let work = try slot.withService { service in
      var translation = service.understoodInAnyRegion(asked.translation)
      translation.terms = terms
      let answer = DeepLAnswer(
        texts: texts, source: translation.source, tellsCharacters: asked.tellsCharacters, modelType: asked.modelType)
      return service.translate(translation) { result in
        switch result {
        case .success(let translated):
          exchange.note { $0.work = RequestWork(texts, translated) }
          exchange.respond(HTTPResponse(json: answer.json(translated)))
        case .failure(let error): exchange.refuse(error)
        }
      }
    }
    exchange.onDisconnect { work.cancel() }
  }

  /// `GET /v2/languages`; its clients send the `type` in a body.
  @Sendable func languages(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: any HTTPExchange) throws {
    let kind = try fields.string("type") ?? "source"
    guard ["source", "target"].contains(kind) else {
      throw Refusal.malformed("type: expected source or target, found \(kind.excerpt)")
    }
    let pairs = try slot.withService(\.pairs)
    let codes = kind == "source" ? DeepLLanguages.sources(pairs) : DeepLLanguages.targets(pairs)
    var writer = JSONWriter()
    writer.array(of: codes) { writer, code in
      writer.object { writer in
        writer.name("language")
        writer.string(code)
        writer.name("name")
        writer.string(LanguageName.english(code))
        guard kind == "target" else { return }
        writer.name("supports_formality")
        writer.bool(false)
      }
    }
    exchange.respond(HTTPResponse(json: writer.bytes))
  }

  /// `GET /v2/usage`: of the key that asks, or of everybody where none is needed, since the server started.
  @Sendable func used(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: any HTTPExchange) {
    var writer = JSONWriter()
    writer.object { writer in
      writer.name("character_count")
      writer.integer(usage.characters(of: exchange.keyName))
      writer.name("character_limit")
      writer.integer(Self.unlimited)
    }
    exchange.respond(HTTPResponse(json: writer.bytes))
  }

  /// `GET /v2/glossary-language-pairs`: none.
  @Sendable func glossaryPairs(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: any HTTPExchange) {
    var writer = JSONWriter()
    writer.object { writer in
      writer.name("supported_languages")
      writer.array { _ in }
    }
    exchange.respond(HTTPResponse(json: writer.bytes))
  }

  @Sendable func glossaries(_ request: HTTPRequest, _ exchange: any HTTPExchange) throws {
    throw Refusal.notOffered("glossaries are not supported by this server")
  }

  @Sendable func documents(_ request: HTTPRequest, _ exchange: any HTTPExchange) throws {
    throw Refusal.notOffered("documents are not supported by this server, only texts (/v2/translate)")
  }
}
