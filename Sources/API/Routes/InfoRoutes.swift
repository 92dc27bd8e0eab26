import Documents
import HTTP
import JSON
import LanguageDetection
import Languages
import Translation

/// The routes that tell of the server itself and of languages: `/languages`, `/models`, `/detect`, `/health`,
/// `/health/ready`, and `/frontend/settings` and `/suggest` of LibreTranslate's own pages.
struct InfoRoutes: Sendable {
  let slot: ServiceSlot
  let settings: ServerSettings

  // MARK: Languages and models

  /// `GET /languages`: every language served, as LibreTranslate lists them. Targets that are reached through a pivot
  /// language are among the targets; a language that is a target alone has none.
  @Sendable func languages(_ request: HTTPRequest, _ exchange: APIExchange) throws {
    let pairs = try slot.withService(\.pairs)
    let languages = Set(pairs.sources + pairs.targets).map { (served: $0, code: LanguageCode($0)) }
      .sorted { $0.code.text < $1.code.text }
    let texts = languages.map { (served: $0.served, text: $0.code.text) }
    var writer = JSONWriter()
    writer.array(of: languages) { writer, language in
      let targets = Set(pairs.targets(from: language.served))
      writer.object { writer in
        writer.member("code", language.code.text)
        writer.member("name", language.code.englishName)
        writer.member("targets", texts.filter { targets.contains($0.served) }.map(\.text))
      }
    }
    exchange.respond(json: writer.bytes)
  }

  /// `GET /models`.
  @Sendable func models(_ request: HTTPRequest, _ exchange: APIExchange) throws {
    var writer = JSONWriter()
    writer.array(of: try slot.withService(\.models), model)
    exchange.respond(json: writer.bytes)
  }

  private func model(_ writer: inout JSONWriter, _ model: ServedModel) {
    writer.object { writer in
      writer.member("id", model.id)
      writer.member("architecture", ifPresent: model.architecture)
      if let pair = model.languages.pair {
        writer.member("source", LanguageCode(pair.source).text)
        writer.member("target", LanguageCode(pair.target).text)
      } else {
        writer.member("sources", model.languages.sources.map { LanguageCode($0).text })
        writer.member("targets", model.languages.targets.map { LanguageCode($0).text })
      }
      writer.member("precision", ifPresent: model.precision)
      writer.member("parameters", ifPresent: model.parameters)
      writer.member("bytes", model.bytes)
      writer.member("vocabulary", ifPresent: model.vocabulary)
      writer.member("attention", model.attention.map(\.rawValue))
      writer.member("loaded", model.isLoaded)
      if let seconds = model.idleSeconds { writer.member("idleSeconds", seconds.rounded()) }
      writer.member("failure", ifPresent: model.failure)
      if let card = model.card { writer.member("quality", object: { quality(&$0, card) }) }
    }
  }

  private func quality(_ writer: inout JSONWriter, _ card: ModelCard) {
    writer.member("purpose", card.purpose)
    writer.member("demonstration", card.isDemonstration)
    writer.member(
      "scores",
      object: { writer in
        for score in card.scores { writer.member(score.name, score.value) }
      })
  }

  /// Number of languages named after the likeliest, and the least confidence of each.
  private static let maxFurtherLanguages = 2
  private static let leastConfidence = 0.01

  /// `POST /detect`: the languages of a text, of all that the detector knows. Languages that are served are likelier,
  /// since a client asks for a translation next.
  @Sendable func detect(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let text = try fields.required("q")
    let found = try slot.detect([text])[0]
    // LibreTranslate answers thus for a text without letters.
    let first = found.first ?? DetectedLanguage(language: "en", confidence: 0)
    let others = found.dropFirst().prefix(Self.maxFurtherLanguages).filter { $0.confidence >= Self.leastConfidence }
    var writer = JSONWriter()
    writer.array(of: [first] + others) { $0.detected($1) }
    exchange.respond(json: writer.bytes)
  }

  // MARK: Health

  /// `GET /health`: the process lives.
  @Sendable func health(_ request: HTTPRequest, _ exchange: APIExchange) {
    exchange.respond(json: Self.ok)
  }

  /// `GET /health/ready`: whether a load balancer should send requests here. An answer of 503 is not counted as a
  /// refusal, because nothing was asked for.
  @Sendable func ready(_ request: HTTPRequest, _ exchange: APIExchange) {
    do {
      try slot.checkReady()
      exchange.respond(json: Self.ok)
    } catch {
      exchange.respond(ErrorShape.plain.response(ErrorStatus(error)))
    }
  }

  private static let ok = Array(#"{"status":"ok"}"#.utf8)

  // MARK: LibreTranslate's pages

  /// Time from the last key to the request for a translation, in milliseconds, as in LibreTranslate.
  private static let typingPauseMilliseconds = 500

  /// `GET /frontend/settings`.
  @Sendable func frontendSettings(_ request: HTTPRequest, _ exchange: APIExchange) throws {
    let pair = try slot.withService(\.pairs).first
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("charLimit", settings.characterLimit)
      writer.member("frontendTimeout", Self.typingPauseMilliseconds)
      writer.member("apiKeys", settings.needsKey)
      writer.member("keyRequired", settings.needsKey)
      writer.member("suggestions", false)
      writer.member("filesTranslation", settings.files != nil)
      let formats = settings.files == nil ? [] : DocumentFormat.all
      writer.member("supportedFilesFormat", formats.map { "." + $0.fileExtension })
      writer.member(
        "language",
        object: { writer in
          language(&writer, "source", pair?.source ?? "en")
          language(&writer, "target", pair?.target ?? "en")
        })
    }
    exchange.respond(json: writer.bytes)
  }

  private func language(_ writer: inout JSONWriter, _ role: String, _ code: String) {
    writer.member(
      role,
      object: { writer in
        writer.member("code", LanguageCode(code).text)
        writer.member("name", LanguageCode(code).englishName)
      })
  }

  /// `POST /suggest`: suggestions are not collected.
  @Sendable func suggest(_ request: HTTPRequest, _ exchange: APIExchange) throws {
    throw Refusal.suggestionsDisabled
  }
}
