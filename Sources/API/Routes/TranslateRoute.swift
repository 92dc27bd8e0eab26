import HTTP
import Translation

/// `POST /translate`.
struct TranslateRoute: Sendable {
  let slot: ServiceSlot
  let settings: ServerSettings

  @Sendable func handle(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: any HTTPExchange) throws {
    guard let texts = try fields.texts("q"), texts.isArray ? !texts.values.isEmpty : texts.values != [""] else {
      throw Refusal.malformed("Invalid request: missing q parameter")
    }
    try settings.checkCount(of: texts.values)
    let format = try fields.word("format", of: ["text", "html"])
    var translation = TranslationRequest(
      texts: texts.values,
      source: try fields.sourceLanguage(),
      target: try fields.required("target").lowercased(),
      model: try fields.string("model"),
      beam: try fields.integer("beam", in: 1...16),
      alternatives: try fields.alternatives(upTo: 15),
      explain: try explanations(fields))
    if format == "html" { translation.format = .html }
    translation.terms = terms
    let answer = TranslationAnswer(
      isArray: texts.isArray, alternatives: translation.alternatives > 0, explain: translation.explain)
    let events = fields.wantsEvents ? TranslationEvents(exchange, isArray: texts.isArray) : nil
    if let events { translation.listener = { events.tell($0) } }
    let work = try slot.withService { [translation] service in
      service.translate(service.understood(translation)) { result in
        switch result {
        case .success(let translated):
          exchange.note { $0.work = RequestWork(texts.values, translated) }
          let json = answer.json(translated)
          if let events { events.finish(json) } else { exchange.respond(HTTPResponse(json: json)) }
        case .failure(let error):
          if let events { events.fail(error) } else { exchange.refuse(error) }
        }
      }
    }
    exchange.onDisconnect { work.cancel() }
  }

  private func explanations(_ fields: RequestFields) throws -> Set<Explanation> {
    Set(
      try (fields.list("explain") ?? []).map { name in
        guard let explanation = Explanation(rawValue: name) else {
          let known = Explanation.allCases.map(\.rawValue).joined(separator: ", ")
          throw Refusal.malformed("explain: expected any of \(known), found \(name.excerpt)")
        }
        return explanation
      })
  }
}
