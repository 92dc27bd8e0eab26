import HTTP
import JSON
import Translation

/// `POST /translate`.
struct TranslateRoute: Sendable {
  let server: RouteContext

  @Sendable func handle(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    guard let texts = try fields.texts("q"), texts.isArray ? !texts.values.isEmpty : texts.values != [""] else {
      throw Refusal.missing("q")
    }
    let format = try fields.word("format", of: ["text", "html"])
    var request = TranslationRequest(
      texts: texts.values,
      source: try fields.sourceLanguage(),
      target: try fields.required("target").lowercased(),
      model: try fields.string("model"),
      beam: try fields.integer("beam", in: 1...16),
      alternatives: try fields.alternatives(upTo: 15),
      explain: try explanations(fields))
    if format == "html" { request.format = .html }
    request.translatesAttributes = try fields.boolean("attributes") ?? false
    if try fields.word("newlines", of: ["keep", "join"]) == "join" { request.splitting = .sentences }
    request.controls = try fields.searchControls(texts: texts.values.count)
    request.glossaries = try fields.glossaries(server.settings, of: exchange.keyName)
    request.terms = terms
    let events = fields.wantsEvents ? TranslationEvents(exchange, isArray: texts.isArray) : nil
    if let events { request.listener = { events.send($0) } }
    let answer = TranslationAnswer(
      isArray: texts.isArray, alternatives: request.alternatives > 0, explain: request.explain)
    try server.translate(request, exchange, events: events) { HTTPResponse(json: answer.json($0)) }
  }

  private func explanations(_ fields: RequestFields) throws -> Set<Explanation> {
    var found: Set<Explanation> = []
    for name in try fields.list("explain") ?? [] {
      if name == "all" {
        found.formUnion(Explanation.allCases)
      } else if let explanation = Explanation(rawValue: name) {
        found.insert(explanation)
      } else {
        let known = Explanation.allCases.map(\.rawValue).joined(separator: ", ")
        throw Refusal.malformed("explain: expected any of \(known), or all, found \(name.excerpt)")
      }
    }
    return found
  }
}

// MARK: - The answer

/// The answer of `/translate` in LibreTranslate's shape, with `details` if they were asked for.
private struct TranslationAnswer: Sendable {
  /// Whether `q` was an array; then the members of the answer are arrays too.
  var isArray: Bool
  var alternatives: Bool
  var explain: Set<Explanation>

  func json(_ texts: [TranslatedText]) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.name("translatedText")
      each(texts, &writer) { $0.string($1.text) }
      if alternatives {
        writer.name("alternatives")
        each(texts, &writer) { $0.array(of: $1.alternatives) { $0.string($1) } }
      }
      if texts.contains(where: { $0.detected != nil }) {
        writer.name("detectedLanguage")
        each(texts, &writer) { writer, text in
          if let language = text.detected { writer.detected(language, marksUnserved: true) }
        }
      }
      if !explain.isEmpty { writer.member("details", arrayOf: texts, details) }
    }
    return writer.bytes
  }

  /// Writes an array with an element per text, or the element of the one text alone.
  private func each(
    _ texts: [TranslatedText], _ writer: inout JSONWriter, _ element: (inout JSONWriter, TranslatedText) -> Void
  ) {
    if isArray {
      writer.array(of: texts, element)
    } else {
      texts.prefix(1).forEach { element(&writer, $0) }
    }
  }

  private func details(_ writer: inout JSONWriter, _ text: TranslatedText) {
    writer.object { writer in
      writer.member("pivot", ifPresent: text.pivot)
      if alternatives, explain.contains(.scores) { writer.member("alternativeScores", text.alternativeScores) }
      writer.member("sentences", arrayOf: text.sentences, sentence)
      if !text.unplaced.isEmpty { writer.member("unplaced", text.unplaced) }
      if explain.contains(.timings) { writer.member("timings", object: { timings(&$0, text.timings) }) }
    }
  }

  private func sentence(_ writer: inout JSONWriter, _ sentence: TranslatedSentence) {
    writer.object { writer in
      writer.member("source", sentence.source)
      writer.member("target", sentence.target)
      writer.member("stopReason", sentence.stopReason.rawValue)
      writer.member("truncated", sentence.truncated)
      writer.member("repetition", sentence.repetition)
      if !sentence.repairs.isEmpty { writer.member("repairs", arrayOf: sentence.repairs, repair) }
      if !sentence.terms.isEmpty { writer.member("terms", arrayOf: sentence.terms) { $0.term($1) } }
      if let pivot = sentence.pivot {
        writer.member("pivotText", pivot.text)
        if explain.contains(.scores) { writer.member("pivotScore", pivot.score) }
      }
      if explain.contains(.tokens) {
        writer.member("sourceTokens", sentence.sourceTokens)
        writer.member("targetTokens", sentence.targetTokens)
      }
      if explain.contains(.scores) {
        writer.member("score", sentence.score)
        writer.member("logProbs", sentence.logProbs)
      }
      if explain.contains(.alignment) { writer.member("alignment", arrayOf: sentence.alignment, link) }
    }
  }

  private func repair(_ writer: inout JSONWriter, _ repair: Repair) {
    writer.object { writer in
      writer.member("kind", repair.kind.rawValue)
      writer.member("action", repair.action.rawValue)
    }
  }

  private func link(_ writer: inout JSONWriter, _ link: AlignmentLink) {
    let ends = [link.source.lowerBound, link.source.upperBound, link.target.lowerBound, link.target.upperBound]
    writer.array(of: ends) { $0.integer($1) }
  }

  private func timings(_ writer: inout JSONWriter, _ timings: Timings) {
    writer.member("queueMs", milliseconds: timings.queueMilliseconds)
    writer.member("encodeMs", milliseconds: timings.encodeMilliseconds)
    writer.member("decodeMs", milliseconds: timings.decodeMilliseconds)
    writer.member("batchSize", timings.batchSize)
  }
}
