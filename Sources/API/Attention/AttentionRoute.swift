import HTTP
import Models
import Translation

/// `GET` and `POST /attention`: the weights of the pass that translated one sentence.
struct AttentionRoute: Sendable {
  let slot: ServiceSlot

  @Sendable func handle(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: any HTTPExchange) throws {
    let format = try format(fields)
    var attention = try parse(fields)
    attention.terms = terms
    let (text, kinds) = (attention.text, attention.kinds)
    let work = try slot.withService { service in
      service.attention(service.understood(attention)) { result in
        switch result {
        case .success(let answer):
          exchange.note { $0.work = RequestWork(text, answer) }
          exchange.respond(format.response(answer, kinds: kinds))
        case .failure(let error): exchange.refuse(error)
        }
      }
    }
    exchange.onDisconnect { work.cancel() }
  }

  private func parse(_ fields: RequestFields) throws -> AttentionRequest {
    let text = try fields.required("q")
    guard let source = try fields.sourceLanguage() else {
      throw Refusal.malformed("source auto is not supported here; /detect finds the language")
    }
    return AttentionRequest(
      text: text,
      source: source,
      target: try fields.required("target").lowercased(),
      model: try fields.string("model"),
      translation: try fields.string("translation"),
      kinds: try words(fields, "kind", AttentionWords.kinds),
      layers: try words(fields, "layers", AttentionWords.layers),
      heads: try words(fields, "heads", AttentionWords.heads),
      sentence: try fields.integer("sentence", in: 0...Int(Int32.max)) ?? 0)
  }

  private func format(_ fields: RequestFields) throws -> AttentionFormat {
    try fields.word("format", of: AttentionFormat.allCases.map(\.rawValue)).flatMap(AttentionFormat.init) ?? .json
  }

  /// - Parameter read: takes the words of the field, none where it is absent.
  private func words<Value>(
    _ fields: RequestFields, _ field: String, _ read: ([String]) throws(AttentionWords.Mismatch) -> Value
  ) throws -> Value {
    do {
      return try read(fields.list(field) ?? [])
    } catch let mismatch as AttentionWords.Mismatch {
      throw Refusal.malformed("\(field): expected \(mismatch.expected), found \(mismatch.found.excerpt)")
    }
  }
}
