import HTTP
import JSON
import Languages
import Translation

/// The routes of DeepL's API (version 2) that this server can answer: texts, languages and usage.
struct DeepLRoutes: WireFormat {
  /// A character limit that DeepL's own clients take for none.
  private static let unlimited = 1_000_000_000_000

  static let folders = ["/v2/", "/v3/"]
  /// `{"message": …, "detail": …}`; the detail is the reason in a word. Clients know a used-up quota by its status.
  static let errors = ErrorShape(status: { $0.reason == .quota ? 456 : $0.status }) { writer, error in
    writer.member("message", error.message)
    writer.member("detail", error.reason.rawValue)
  }

  private let server: RouteContext

  init(_ server: RouteContext) {
    self.server = server
  }

  var routes: [Route] {
    var routes = [
      route("POST", "/v2/translate", translate, execution: .brief),
      route("GET", "/v2/translate", translate),
      route("GET", "/v3/languages", languagesByResource),
      route("GET", "/v3/languages/resources", resources),
    ]
    // DeepL's client for Java posts what the others get.
    for method in ["GET", "POST"] {
      routes.append(route(method, "/v2/languages", languages))
      routes.append(route(method, "/v2/usage", used))
    }
    return routes
  }

  private func route(
    _ method: String, _ pattern: String, _ action: @escaping Route.Guarded, execution: HandlerExecution = .queued
  ) -> Route {
    Route(method, pattern, execution, errors: Self.errors, guarded: action)
  }

  /// `/v2/translate`.
  @Sendable func translate(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let asked = try DeepLTranslation(fields)
    var request = asked.translation
    request.glossaries = try server.settings.clientGlossaries.glossaries(
      GlossaryStore.ids(fields, from: request.source), of: exchange.keyName)
    request.terms = terms
    try server.translate(request, exchange) { HTTPResponse(json: asked.answer($0)) }
  }

  /// `/v2/languages`; its clients send the `type` in a body.
  @Sendable func languages(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let kind = try fields.string("type") ?? "source"
    guard ["source", "target"].contains(kind) else {
      throw Refusal.malformed("type: expected source or target, found \(kind.excerpt)")
    }
    let pairs = try server.slot.withService(\.pairs)
    let codes = kind == "source" ? DeepLLanguages.sources(pairs) : DeepLLanguages.targets(pairs)
    var writer = JSONWriter()
    writer.array(of: codes) { writer, code in
      writer.object { writer in
        writer.member("language", code)
        writer.member("name", LanguageCode(code).englishName)
        if kind == "target" { writer.member("supports_formality", false) }
      }
    }
    exchange.respond(json: writer.bytes)
  }

  /// `GET /v3/languages`: the languages of a resource, each with its roles.
  @Sendable func languagesByResource(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let resource = try fields.string("resource") ?? fields.required("product")
    let features = DeepLLanguages.resources.first { $0.name == resource }?.features
    let pairs = try server.slot.withService(\.pairs)
    let (sources, targets) = (Set(DeepLLanguages.sources(pairs)), Set(DeepLLanguages.targets(pairs)))
    // A resource that there is not has no languages.
    let codes = features == nil ? [] : sources.union(targets).sorted()
    var writer = JSONWriter()
    writer.array(of: codes) { writer, code in
      writer.object { writer in
        writer.member("lang", LanguageCode(code).text)
        writer.member("name", LanguageCode(code).englishName)
        writer.member("usable_as_source", sources.contains(code))
        writer.member("usable_as_target", targets.contains(code))
        writer.member("status", "stable")
        writer.member(
          "features",
          object: { writer in
            for feature in features ?? [] { writer.member(feature, object: { $0.member("status", "stable") }) }
          })
      }
    }
    exchange.respond(json: writer.bytes)
  }

  /// `GET /v3/languages/resources`: what has languages.
  @Sendable func resources(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) {
    var writer = JSONWriter()
    writer.array(of: DeepLLanguages.resources) { writer, resource in
      writer.object { writer in
        writer.member("name", resource.name)
        writer.member("features", arrayOf: resource.features) { writer, feature in
          writer.object { writer in
            writer.member("name", feature)
            writer.member("needs_source_support", true)
            writer.member("needs_target_support", feature != DeepLLanguages.detection)
          }
        }
      }
    }
    exchange.respond(json: writer.bytes)
  }

  /// `/v2/usage`: characters translated with the key that asks, or by all clients if keys are not needed.
  @Sendable func used(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) {
    let ledger = server.ledger
    let usage = ledger.usage.usage(of: exchange.key, unixMilliseconds: ledger.time.unixMilliseconds())
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("character_count", usage.characters)
      writer.member("character_limit", usage.limit ?? Self.unlimited)
    }
    exchange.respond(json: writer.bytes)
  }
}

// MARK: - Texts

/// The request and the answer of `/v2/translate` (DeepL's API reference, "Translate text").
///
/// `context`, `preserve_formatting` and `tag_handling_version` are accepted and change nothing: a sentence is translated
/// alone, and its white space and punctuation are never corrected.
struct DeepLTranslation: Sendable {
  /// Fields that would change the translation, and that this server does not support.
  private static let unsupported = [
    "style_id", "translation_memory_id", "custom_instructions",
  ]
  /// Number of hypotheses if the better and slower search is asked for.
  private static let widerBeam = 4

  var translation: TranslationRequest
  /// Whether the answer has the number of characters of each text.
  private let tellsCharacters: Bool
  /// The search that the answer names; nil if the request did not ask for one.
  private let modelType: String?

  /// - Throws: `Refusal` for a field that is missing, has a wrong value, or is not supported.
  init(_ fields: RequestFields) throws {
    guard let texts = try fields.texts("text"), !texts.values.isEmpty else {
      throw Refusal.missing("text")
    }
    try Self.checkOptions(fields)
    let model = try Self.model(fields)
    translation = TranslationRequest(
      texts: texts.values, source: try fields.string("source_lang").flatMap { $0.isEmpty ? nil : $0.lowercased() },
      target: try fields.required("target_lang").lowercased(), beam: model?.beam,
      splitting: try Self.splitting(fields))
    translation.format = try Self.format(fields)
    tellsCharacters = try fields.boolean("show_billed_characters") ?? false
    modelType = model?.name
  }

  /// Refuses options that would change a translation, and that this server does not support.
  static func checkOptions(_ fields: RequestFields) throws {
    for name in unsupported where fields.holds(name) {
      throw Refusal.malformed("\(name) is not supported by this server")
    }
    try checkFormality(fields)
  }

  /// Refuses a formality that is required; one that is preferred falls back to the default.
  private static func checkFormality(_ fields: RequestFields) throws {
    switch try fields.string("formality") {
    case nil, "", "default", "prefer_more", "prefer_less": return
    case "more", "less":
      throw Refusal.malformed(
        "'formality' is not supported for given 'target_lang'; prefer_more and prefer_less are taken")
    case .some(let found):
      throw Refusal.malformed(
        "formality: expected default, prefer_more, prefer_less, more or less, found \(found.excerpt)")
    }
  }

  /// The search that the field asks for: each model can be searched in two ways.
  private static func model(_ fields: RequestFields) throws -> (name: String, beam: Int)? {
    switch try fields.string("model_type") {
    case nil, "": return nil
    case "latency_optimized": return ("latency_optimized", 1)
    case "quality_optimized", "prefer_quality_optimized": return ("quality_optimized", widerBeam)
    case .some(let found):
      throw Refusal.malformed(
        "model_type: expected latency_optimized, quality_optimized or prefer_quality_optimized, found \(found.excerpt)")
    }
  }

  private static func format(_ fields: RequestFields) throws -> TextFormat {
    switch try fields.string("tag_handling") {
    case nil, "": return .text
    case "html": return .html
    case "xml":
      func names(_ field: String) throws -> Set<String> { Set(try fields.list(field) ?? []) }
      return .xml(
        XMLRules(
          ignored: try names("ignore_tags"), splitting: try names("splitting_tags"),
          nonSplitting: try names("non_splitting_tags"),
          outlineDetection: try fields.boolean("outline_detection") ?? true))
    case .some(let found): throw Refusal.malformed("tag_handling: expected xml or html, found \(found.excerpt)")
    }
  }

  /// The splitting of texts. A line end within HTML is white space like any other, unless the request says otherwise.
  private static func splitting(_ fields: RequestFields) throws -> SentenceSplitting {
    switch try fields.word("split_sentences") {
    case nil, "": return try fields.string("tag_handling") == "html" ? .sentences : .sentencesAndLines
    case "1": return .sentencesAndLines
    case "0": return .none
    case "nonewlines": return .sentences
    case .some(let found):
      throw Refusal.malformed("split_sentences: expected 0, 1 or nonewlines, found \(found.excerpt)")
    }
  }

  // MARK: The answer

  func answer(_ translated: [TranslatedText]) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("translations", arrayOf: zip(translation.texts, translated)) { writer, pair in
        let (text, translated) = pair
        writer.object { writer in
          let source = translation.source ?? translated.detected?.language ?? ""
          writer.member("detected_source_language", DeepLLanguages.source(source))
          writer.member("text", translated.text)
          writer.member("billed_characters", ifPresent: tellsCharacters ? [text].characterCount : nil)
          writer.member("model_type_used", ifPresent: modelType)
        }
      }
    }
    return writer.bytes
  }
}

// MARK: - Languages

/// Languages as DeepL names them: in upper case, sources without a region.
enum DeepLLanguages {
  /// Targets that DeepL's clients refuse without a region; a model without a region answers for each.
  private static let regions = ["en": ["EN-GB", "EN-US"], "pt": ["PT-BR", "PT-PT"]]
  /// The feature that a source alone needs.
  static let detection = "auto_detection"
  /// The parts of DeepL's API that have languages here, with the optional features of each.
  static let resources = [
    (name: "translate_text", features: ["tag_handling", detection]),
    (name: "translate_document", features: [detection]),
  ]

  static func source(_ code: String) -> String { LanguageCode(code).language.uppercased() }

  static func sources(_ pairs: ServedPairs) -> [String] {
    Set(pairs.sources.map(source)).sorted()
  }

  static func targets(_ pairs: ServedPairs) -> [String] {
    Set(pairs.targets.flatMap { regions[$0.lowercased()] ?? [LanguageCode($0).text.uppercased()] }).sorted()
  }
}
