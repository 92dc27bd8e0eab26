import HTTP
import Models
import Translation

/// `GET` and `POST /attention`: the attention weights of one clause of a translation.
struct AttentionRoute: Sendable {
  let slot: ServiceSlot

  /// The most memory of an answer, by the bytes of its text.
  ///
  /// The largest answer has 4,000,000 weights, of 8 bytes each in memory and 10 in JSON. Three kinds, 8 layers and 12
  /// heads of a text with a token per 3 bytes have 32 weights for the square of its bytes.
  @Sendable static func memory(_ bytes: Int) -> Int {
    let root = 354  // of 4,000,000 / 32
    return Route.translationBytes(bytes) + 32 * 20 * min(bytes, root) * min(bytes, root)
  }

  @Sendable func handle(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let format = try format(fields)
    var attention = try parse(fields)
    attention.terms = terms
    try exchange.answer(
      from: slot,
      work: { [text = attention.text] in RequestWork(text, $0) },
      response: { [kinds = attention.kinds] in format.response($0, kinds: kinds) },
      start: { [attention] in $0.attention($0.understood(attention), completion: $1) })
  }

  private func parse(_ fields: RequestFields) throws -> AttentionRequest {
    let text = try fields.required("q")
    guard let source = try fields.sourceLanguage() else {
      throw Refusal.malformed("source auto is not supported here; /detect finds the language")
    }
    var request = AttentionRequest(
      text: text,
      source: source,
      target: try fields.required("target").lowercased(),
      model: try fields.string("model"),
      translation: try fields.string("translation"),
      kinds: try words(fields, "kind", AttentionWords.kinds),
      layers: try words(fields, "layers", AttentionWords.layers),
      heads: try words(fields, "heads", AttentionWords.heads),
      sentence: try fields.integer("sentence", in: 0...Int(Int32.max)) ?? 0)
    request.clause = try fields.integer("clause", in: 0...Int(Int32.max)) ?? 0
    request.beam = try fields.integer("beam", in: 1...16)
    return request
  }

  private func format(_ fields: RequestFields) throws -> AttentionFormat {
    try fields.word("format", of: AttentionFormat.allCases.map(\.rawValue)).flatMap(AttentionFormat.init) ?? .json
  }

  /// Reads a list of words.
  /// - Parameter read: makes the value from the words, of which there are none if the field is absent.
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

// MARK: - Words

/// The words by which queries and command lines choose attention weights.
package enum AttentionWords {
  /// The error for an unknown word.
  package struct Mismatch: Error {
    package var expected: String
    package var found: String
  }

  /// The kinds in their order, each once; empty for all that the model has.
  package static func kinds(_ words: [String]) throws(Mismatch) -> [AttentionKind] {
    var kinds: [AttentionKind] = []
    for word in words where word != "all" {
      guard let kind = AttentionKind(rawValue: word) else {
        let known = AttentionKind.allCases.map(\.rawValue).joined(separator: ", ")
        throw Mismatch(expected: "all or any of \(known)", found: word)
      }
      if !kinds.contains(kind) { kinds.append(kind) }
    }
    if words.contains("all") { return [] }
    return kinds.isEmpty ? [.cross] : kinds
  }

  /// The indices of layers; nil for all layers.
  package static func layers(_ words: [String]) throws(Mismatch) -> [Int]? {
    words.isEmpty || words == ["all"] ? nil : try indices(words, others: "all")
  }

  /// The choice of heads.
  package static func heads(_ words: [String]) throws(Mismatch) -> HeadSelection {
    switch words {
    case [], ["all"]: .all
    case ["mean"]: .mean
    case ["max"]: .max
    default: .indices(try indices(words, others: "all, mean, max"))
    }
  }

  private static func indices(_ words: [String], others: String) throws(Mismatch) -> [Int] {
    var indices: [Int] = []
    for word in words {
      guard let index = Int(word), (0..<1000).contains(index) else {
        throw Mismatch(expected: "\(others) or indices from 0", found: word)
      }
      if !indices.contains(index) { indices.append(index) }
    }
    return indices
  }
}
