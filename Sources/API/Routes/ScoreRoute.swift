import HTTP
import JSON
import Translation

/// `POST /score`: the probabilities that a model gives to translations.
struct ScoreRoute: Sendable {
  let server: RouteContext

  @Sendable func handle(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let texts = try required("q", fields)
    let translations = try required("translation", fields)
    guard texts.isArray == translations.isArray, texts.values.count == translations.values.count else {
      throw Refusal.malformed(
        "translation: expected one for each text of q (\(texts.values.count)), found \(translations.values.count)")
    }
    try server.settings.checkCount(of: texts.values)
    guard let source = try fields.sourceLanguage() else {
      throw Refusal.malformed("source auto is not supported here; /detect finds the language")
    }
    var request = ScoreRequest(
      pairs: zip(texts.values, translations.values).map(ScoredPair.init), source: source,
      target: try fields.required("target").lowercased(), model: try fields.string("model"))
    request.terms = terms
    try exchange.reserve(texts.values + translations.values)
    try exchange.answer(
      from: server.slot,
      work: { RequestWork(texts.values, translations.values, $0) },
      response: { HTTPResponse(json: Self.answer($0, isArray: texts.isArray)) },
      start: { [request] in $0.score($0.understood(request), completion: $1) })
  }

  private func required(_ name: String, _ fields: RequestFields) throws -> RequestFields.Texts {
    guard let texts = try fields.texts(name), !texts.values.isEmpty, texts.values != [""] else {
      throw Refusal.missing(name)
    }
    return texts
  }

  /// - Parameter isArray: whether the request had arrays; then the members of the answer are arrays too.
  private static func answer(_ scores: [TranslationScore], isArray: Bool) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.name("scores")
      if isArray {
        writer.array(of: scores, score)
      } else {
        scores.prefix(1).forEach { score(&writer, $0) }
      }
    }
    return writer.bytes
  }

  private static func score(_ writer: inout JSONWriter, _ score: TranslationScore) {
    writer.object { writer in
      writer.member("logProb", score.logProb)
      writer.member("perToken", score.perToken)
      writer.name("coverage")
      if let coverage = score.coverage { writer.real(coverage) } else { writer.null() }
      writer.member("sourceTokens", score.sourceTokens)
      writer.member("targetTokens", score.targetTokens)
      writer.member("logProbs", score.logProbs)
    }
  }
}

extension RequestWork {
  fileprivate init(_ texts: [String], _ translations: [String], _ scores: [TranslationScore]) {
    self.init(TextList(texts), [])
    characters += translations.characterCount
    sentences = scores.count
    tokens = scores.reduce(TokenCounts()) {
      TokenCounts(source: $0.source + $1.tokens.source, target: $0.target + $1.tokens.target)
    }
    self.translations = LoggedTexts(translations.map(TranslatedText.init(text:)))
  }
}
