import Foundation
import HTTP
import JSON
import LanguageDetection
import Languages
import Translation

/// The API of Azure Translator, version 3.0, and the translation of its later versions. `api-version` in the
/// query distinguishes its requests.
struct AzureTranslator: WireFormat {
  /// `{"error": {"code": …, "message": …}}`; a code is the status and three digits.
  static let errors = ErrorShape(status: status) { writer, error in
    writer.member(
      "error",
      object: { writer in
        writer.member("code", code(error))
        writer.member("message", error.message)
      })
  }

  private let server: RouteContext

  init(_ server: RouteContext) {
    self.server = server
  }

  var routes: [Route] {
    let isMine: Route.Recogniser = { $0.have("api-version") }
    return [
      Route("POST", "/translate", errors: Self.errors, when: isMine, takesArray: true, guarded: translate),
      Route("POST", "/detect", errors: Self.errors, when: isMine, takesArray: true, guarded: detect),
      Route("GET", "/languages", errors: Self.errors, when: isMine, open: languages),
      Route("POST", "/breaksentence", errors: Self.errors, takesArray: true, guarded: breakSentence),
    ]
  }

  /// `POST /translate?api-version=3.0`.
  @Sendable private func translate(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let asked = try AzureTranslation(fields, limit: server.settings.batchLimit)
    let hasAlignment =
      try asked.wantsAlignment
      && server.slot.withService { service in
        service.models.allSatisfy { $0.architecture == nil || $0.attention.contains(.cross) }
      }
    let requests = asked.requests.map { request in
      var request = request
      request.terms = terms
      if hasAlignment { request.explain.insert(.alignment) }
      return request
    }
    try server.translate(all: requests, exchange) { HTTPResponse(json: asked.answer($0, alignment: hasAlignment)) }
  }

  /// `POST /detect?api-version=3.0`.
  @Sendable private func detect(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let texts = try AzureTranslation.texts(fields)
    try server.settings.checkCount(of: texts)
    let pairs = try server.slot.withService(\.pairs)
    let found = try server.languages(of: texts)
    var writer = JSONWriter()
    writer.array(of: found) { writer, found in
      writer.object { writer in
        writer.member("language", LanguageCode(found.language).text)
        writer.member("score", found.confidence)
        writer.member("isTranslationSupported", pairs.sources.contains(pairs.source(named: found.language)))
        writer.member("isTransliterationSupported", false)
      }
    }
    exchange.respond(json: writer.bytes)
  }

  /// `POST /breaksentence?api-version=3.0`: lengths of sentences.
  @Sendable private func breakSentence(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let texts = try AzureTranslation.texts(fields)
    try server.settings.checkCount(of: texts)
    let named = try fields.source("language")
    let found = try named == nil ? server.languages(of: texts) : []
    var writer = JSONWriter()
    writer.array(of: texts.enumerated()) { writer, item in
      let (index, text) = item
      let found = found.indices.contains(index) ? found[index] : nil
      writer.object { writer in
        if let found { AzureTranslation.write(found, &writer) }
        writer.member("sentLen", Self.lengths(of: text, language: named ?? found?.language))
      }
    }
    exchange.respond(json: writer.bytes)
  }

  /// The lengths of a text's sentences, each with the white space after it.
  private static func lengths(of text: String, language: String?) -> [Int] {
    let split = SentenceSplitter(language: language).split(text)
    var lengths = split.pieces.map(\.utf16.count)
    guard !lengths.isEmpty else { return [text.utf16.count] }
    for (index, gap) in split.gaps.enumerated() { lengths[max(0, index - 1)] += gap.utf16.count }
    return lengths
  }

  /// `GET /languages?api-version=3.0`. The fields are in the query.
  @Sendable private func languages(_ request: HTTPRequest, _ exchange: APIExchange) throws {
    let scope = request.query.last { $0.name == "scope" }?.value ?? ""
    let wanted = scope.split(separator: ",").map { $0.filter { $0 != " " } }
    let pairs = try server.slot.withService(\.pairs)
    let codes = Set((pairs.sources + pairs.targets).map { LanguageCode($0) }).sorted { $0.text < $1.text }
    var writer = JSONWriter()
    writer.object { writer in
      for name in ["translation", "transliteration", "dictionary"] where wanted.isEmpty || wanted.contains(name) {
        writer.member(
          name,
          object: { writer in
            guard name == "translation" else { return }
            for code in codes { writer.member(code.text, object: { Self.describe(code, &$0) }) }
          })
      }
    }
    exchange.respond(json: writer.bytes)
  }

  private static let rightToLeft: Set = ["ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"]

  private static func describe(_ code: LanguageCode, _ writer: inout JSONWriter) {
    let native = Locale(identifier: code.text).localizedString(forIdentifier: code.text)
    writer.member("name", code.englishName)
    writer.member("nativeName", native ?? code.englishName)
    writer.member("dir", rightToLeft.contains(code.language) ? "rtl" : "ltr")
    writer.member("models", [String]())
  }

  // MARK: Errors

  /// A missing or unknown key is 401 with Azure.
  private static func status(_ error: ErrorStatus) -> Int {
    switch error.reason {
    case .keyMissing, .keyUnknown: 401
    default: error.status
    }
  }

  private static func code(_ error: ErrorStatus) -> Int {
    switch error.reason {
    case .notServed: 400_036
    case .tooLarge: 400_077
    case .quota: 403_001
    default: status(error) * 1000
    }
  }
}

// MARK: - Texts

/// The texts of `/translate`, each with its languages, and their answer.
private struct AzureTranslation: Sendable {
  /// The requests that texts share: one source, one target, one format.
  private struct Group: Hashable {
    var source: String?
    var target: String
    var isHTML: Bool
  }

  private struct Item {
    var text: String
    var source: String?
    var isHTML: Bool
    var targets: [String]
  }

  /// Whether the body is version 3's array; later versions have an object.
  private let isArray: Bool
  private let items: [Item]
  /// Places per item and target: the number of the request, and of the text in it.
  private let places: [[(request: Int, text: Int)]]
  let requests: [TranslationRequest]
  let wantsAlignment: Bool
  private let wantsLengths: Bool

  /// - Parameter limit: the most texts, each counted per target; they are checked before any of them is copied.
  init(_ fields: RequestFields, limit: Int) throws {
    isArray = fields.elements != nil
    items = try isArray ? Self.items(ofArray: fields) : Self.items(ofObject: fields)
    let count = items.reduce(0) { $0 + $1.targets.count }
    guard count <= limit else { throw Refusal.tooManyTexts(found: count, limit: limit) }
    wantsAlignment = try fields.boolean("includeAlignment") ?? false
    wantsLengths = try fields.boolean("includeSentenceLength") ?? false
    var numbers: [Group: Int] = [:]
    var requests: [TranslationRequest] = []
    var texts: [[String]] = []
    places = items.map { item in
      item.targets.map { target in
        let group = Group(source: item.source, target: target, isHTML: item.isHTML)
        let number = numbers[group] ?? requests.count
        if number == requests.count {
          numbers[group] = number
          requests.append(TranslationRequest(texts: [], source: item.source, target: target))
          if item.isHTML { requests[number].format = .html }
          texts.append([])
        }
        texts[number].append(item.text)
        return (number, texts[number].count - 1)
      }
    }
    for (number, texts) in texts.enumerated() { requests[number].texts = TextList(texts) }
    self.requests = requests
  }

  private static func items(ofArray fields: RequestFields) throws -> [Item] {
    let texts = try texts(fields)
    let targets = try (fields.list("to") ?? []).filter { !$0.isEmpty }.map { $0.lowercased() }
    guard !targets.isEmpty else { throw Refusal.malformed("The target language is missing: expected to=CODE") }
    let source = try fields.source("from")
    let isHTML = try isHTML(fields.string("textType"))
    return texts.map { Item(text: $0, source: source, isHTML: isHTML, targets: targets) }
  }

  /// The texts of version 3, which are an array of objects with the member `Text` in any case.
  static func texts(_ fields: RequestFields) throws -> [String] {
    guard let elements = fields.elements, !elements.isEmpty else {
      throw Refusal.malformed("The request body is not valid: expected an array of objects with Text")
    }
    return try elements.enumerated().map { index, element in
      guard case .string(let text)? = element["Text"] ?? element["text"] else {
        throw Refusal.malformed("[\(index)].Text: expected a string, found \(element.kind)")
      }
      return text
    }
  }

  /// The texts of later versions, which are in `inputs`, each with its targets.
  private static func items(ofObject fields: RequestFields) throws -> [Item] {
    guard case .array(let inputs)? = fields.value("inputs"), !inputs.isEmpty else {
      throw Refusal.malformed("The request body is not valid: expected an array of objects with Text")
    }
    return try inputs.enumerated().map { index, input in
      func word(_ value: JSONValue?) -> String? { if case .string(let word)? = value { word } else { nil } }
      guard let text = word(input["text"]), case .array(let targets)? = input["targets"], !targets.isEmpty else {
        throw Refusal.malformed("inputs[\(index)]: expected text and targets, found \(input.kind)")
      }
      let codes = try targets.map { target in
        guard let code = word(target["language"]) else {
          throw Refusal.malformed("inputs[\(index)].targets: expected language, found \(target.kind)")
        }
        return code.lowercased()
      }
      return Item(
        text: text, source: word(input["language"])?.lowercased(), isHTML: try isHTML(word(input["textType"])),
        targets: codes)
    }
  }

  private static func isHTML(_ type: String?) throws -> Bool {
    switch type?.lowercased() {
    case nil, "", "plain": return false
    case "html": return true
    case .some(let found): throw Refusal.malformed("textType: expected plain or html, found \(found.excerpt)")
    }
  }

  // MARK: The answer

  /// - Parameter translated: translations per request.
  func answer(_ translated: [[TranslatedText]], alignment: Bool) -> [UInt8] {
    var writer = JSONWriter()
    let whole = { (writer: inout JSONWriter) in
      writer.array(of: zip(items, places)) { writer, pair in
        let (item, places) = pair
        let texts = places.map { translated[$0.request][$0.text] }
        writer.object { writer in
          if item.source == nil, let found = texts.first?.detected { Self.write(found, &writer) }
          writer.member("translations", arrayOf: zip(item.targets, texts)) { writer, translation in
            write(item, translation.0, translation.1, alignment, &writer)
          }
        }
      }
    }
    if isArray {
      whole(&writer)
    } else {
      writer.object { writer in
        writer.name("value")
        whole(&writer)
      }
    }
    return writer.bytes
  }

  static func write(_ found: DetectedLanguage, _ writer: inout JSONWriter) {
    writer.member(
      "detectedLanguage",
      object: { writer in
        writer.member("language", LanguageCode(found.language).text)
        writer.member("score", found.confidence)
      })
  }

  private func write(
    _ item: Item, _ target: String, _ translated: TranslatedText, _ alignment: Bool, _ writer: inout JSONWriter
  ) {
    writer.object { writer in
      writer.member("text", translated.text)
      writer.member(isArray ? "to" : "language", LanguageCode(target).text)
      if !isArray { writer.member("sourceCharacters", item.text.utf16.count) }
      if alignment, !item.isHTML {
        writer.member("alignment", object: { $0.member("proj", Self.projection(item.text, translated)) })
      }
      if wantsLengths {
        let parts = SentenceParts(item.text, translated)
        writer.member(
          "sentLen",
          object: { writer in
            writer.member("srcSentLen", parts.sources.map(\.utf16.count))
            writer.member("transSentLen", parts.targets.map(\.utf16.count))
          })
      }
    }
  }

  /// Pairs of words as Azure writes them: the first and last character of each in the source and in the translation.
  private static func projection(_ text: String, _ translated: TranslatedText) -> String {
    let (source, target) = (UTF16Offsets(text), UTF16Offsets(translated.text))
    return translated.sentences.flatMap { sentence in
      sentence.alignment.compactMap { link in
        let from = source.characters(link.source, from: sentence.sourceStart)
        let to = target.characters(link.target, from: sentence.targetStart)
        guard let from, let to else { return nil }
        return "\(from.lowerBound):\(from.upperBound)-\(to.lowerBound):\(to.upperBound)"
      }
    }.joined(separator: " ")
  }
}

/// The UTF-16 offset of each UTF-8 offset of a text.
private struct UTF16Offsets {
  private let offsets: [Int]

  init(_ text: String) {
    var offsets: [Int] = []
    var offset = 0
    for scalar in text.unicodeScalars {
      for _ in 0..<UTF8.width(scalar) { offsets.append(offset) }
      offset += UTF16.width(scalar)
    }
    self.offsets = offsets + [offset]
  }

  /// The first and the last character of a byte range that is not empty; nil if it is none of this text.
  func characters(_ bytes: Range<Int>, from start: Int) -> ClosedRange<Int>? {
    let (first, end) = (start + bytes.lowerBound, start + bytes.upperBound)
    guard offsets.indices.contains(first), offsets.indices.contains(end), offsets[first] < offsets[end] else {
      return nil
    }
    return offsets[first]...offsets[end] - 1
  }
}

// MARK: - Description

extension AzureTranslator {
  private static let texts = WireOperation.Schema.list(.object(["Text": .string]))
  private static let version: [String: WireOperation.Schema] = ["api-version": .string]
  private static let found = WireOperation.Schema.object(["language": .string, "score": .number])
  private static let translation = WireOperation.Schema.object([
    "text": .string, "to": .string, "alignment": .object(["proj": .string]), "sentLen": .map(.list(.integer)),
  ])

  static let operations = [
    WireOperation(
      method: "POST", path: "/translate", id: "azureTranslate", summary: "Azure Translator: translates texts",
      query: version.merging([
        "to": .list(.string), "from": .string, "textType": .string, "includeAlignment": .boolean,
        "includeSentenceLength": .boolean,
      ]) { $1 },
      body: texts,
      answer: .list(.object(["detectedLanguage": found, "translations": .list(translation)]))),
    WireOperation(
      method: "POST", path: "/detect", id: "azureDetect", summary: "Azure Translator: the languages of texts",
      query: version, body: texts,
      answer: .list(
        .object([
          "language": .string, "score": .number, "isTranslationSupported": .boolean,
          "isTransliterationSupported": .boolean,
        ]))),
    WireOperation(
      method: "GET", path: "/languages", id: "azureLanguages", summary: "Azure Translator: languages",
      query: version.merging(["scope": .string]) { $1 },
      answer: .object(["translation": .map(.object(["name": .string, "nativeName": .string, "dir": .string]))])),
    WireOperation(
      method: "POST", path: "/breaksentence", id: "azureBreakSentence",
      summary: "Azure Translator: lengths of sentences", query: version.merging(["language": .string]) { $1 },
      body: texts, answer: .list(.object(["detectedLanguage": found, "sentLen": .list(.integer)]))),
  ]
}
