import HTTP
import Models
import Translation

/// `GET` and `POST /attention`: the weights of the pass that translated one sentence.
struct AttentionRoute: Sendable {
  let slot: ServiceSlot

  @Sendable func handle(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: any HTTPExchange) throws {
    var attention = try parse(fields)
    attention.terms = terms
    let (text, kinds) = (attention.text, attention.kinds)
    let work = try slot.withService { service in
      service.attention(service.understood(attention)) { result in
        switch result {
        case .success(let answer):
          exchange.note { $0.work = RequestWork(text, answer) }
          exchange.respond(HTTPResponse(json: AttentionJSON.write(answer, kinds: kinds)))
        case .failure(let error): exchange.refuse(error)
        }
      }
    }
    exchange.onDisconnect { work.cancel() }
  }

  private func parse(_ fields: RequestFields) throws -> AttentionRequest {
    let text = try fields.required("q")
    try fields.require("format", oneOf: ["json"])
    return AttentionRequest(
      text: text,
      source: try fields.sourceLanguage(),
      target: try fields.required("target").lowercased(),
      model: try fields.string("model"),
      translation: try fields.string("translation"),
      kinds: try kinds(fields),
      layers: try layers(fields),
      heads: try heads(fields),
      sentence: try fields.integer("sentence", in: 0...Int(Int32.max)) ?? 0)
  }

  /// In the order asked for, each once.
  private func kinds(_ fields: RequestFields) throws -> [AttentionKind] {
    var kinds: [AttentionKind] = []
    for name in try fields.list("kind") ?? [] {
      guard let kind = AttentionKind(rawValue: name) else {
        let known = AttentionKind.allCases.map(\.rawValue).joined(separator: ", ")
        throw Refusal.malformed("kind: expected any of \(known), found \(name)")
      }
      if !kinds.contains(kind) { kinds.append(kind) }
    }
    return kinds.isEmpty ? [.cross] : kinds
  }

  private func layers(_ fields: RequestFields) throws -> [Int]? {
    guard let list = try fields.list("layers"), !list.isEmpty, list != ["all"] else { return nil }
    return try indices("layers", list, words: "all")
  }

  private func heads(_ fields: RequestFields) throws -> HeadSelection {
    guard let list = try fields.list("heads"), !list.isEmpty else { return .all }
    switch list {
    case ["all"]: return .all
    case ["mean"]: return .mean
    case ["max"]: return .max
    default: return .indices(try indices("heads", list, words: "all, mean, max"))
    }
  }

  private func indices(_ field: String, _ list: [String], words: String) throws -> [Int] {
    var indices: [Int] = []
    for item in list {
      guard let index = Int(item), (0..<1000).contains(index) else {
        throw Refusal.malformed("\(field): expected \(words) or indices from 0, found \(item)")
      }
      if !indices.contains(index) { indices.append(index) }
    }
    return indices
  }
}
