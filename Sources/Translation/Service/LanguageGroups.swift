import Files
import LanguageDetection

/// A request without a source language, as one request per language.
struct TextsByLanguage: Sendable {
  /// Detected language per text of the request.
  private let found: [DetectedLanguage]
  /// Indices of the texts per language.
  private let places: [[Int]]
  /// The requests, each with its source. Texts that stay as they are have a request too: those in the target language,
  /// and those in a language that is not served. If there are several requests, none has a listener: it would be called
  /// from several threads.
  let requests: [TranslationRequest]
  /// For each request, whether its texts stay as they are.
  let areUnchanged: [Bool]
  private let isTextOnly: Bool

  /// - Throws: `languageNotServed` if no text has a language that is served.
  init(_ request: TranslationRequest, _ source: AutomaticSource) throws(TranslationError) {
    let found = Self.languages(of: request, source)
    try source.check(found)
    let groups = Dictionary(grouping: found.indices) { found[$0].language }.sorted { $0.key < $1.key }
    areUnchanged = groups.map { language, places in language == request.target || !found[places[0]].isServed }
    self.found = found
    isTextOnly = request.isTextOnly
    places = groups.map(\.value)
    requests = groups.map { language, places in
      var part = request
      part.source = language
      part.texts = TextList(count: places.count) { [texts = request.texts] in texts[places[$0]] }
      part.controls.prefixes = request.controls.prefixes.isEmpty ? [] : places.map { request.controls.prefixes[$0] }
      if groups.count > 1 { part.listener = nil }
      return part
    }
  }

  private static func languages(of request: TranslationRequest, _ source: AutomaticSource) -> [DetectedLanguage] {
    let texts = request.texts.map(request.format.readable)
    guard request.isOfOneLanguage else { return source.languages(of: texts) }
    let whole = source.languages(of: [texts.joined(separator: "\n")])
    return texts.flatMap { _ in whole }
  }

  /// - Parameter answers: an answer per request of `requests`, in their order.
  func joined(_ answers: [[TranslatedText]]) -> [TranslatedText] {
    let pairs = zip(places, answers).flatMap { zip($0, $1) }
    return pairs.sorted { $0.0 < $1.0 }.map { place, text in
      var text = text
      if !isTextOnly { text.detected = found[place] }
      return text
    }
  }
}

extension TranslatedText {
  /// A text that stays as it is.
  init(unchanged text: String) {
    self.init(
      text: text, alternatives: [], sentences: [], timings: Timings(longestOf: []), tokens: TokenCounts())
  }
}

// MARK: - Detection

/// A detector of the language of texts that come without one: the target, or a language that can be translated into it.
struct AutomaticSource: Sendable {
  /// The code for a language that the detector does not know.
  private static let unknown = "und"

  private let detector: LanguageDetector
  private let candidates: NamedLanguages
  /// The language of a text without letters, reported without confidence: English if it is a candidate, as in
  /// LibreTranslate.
  private let fallbackLanguage: String
  private let target: String
  private let served: ServedPairs

  /// - Throws: `pairNotServed`, or `unknownModel`; `failed` if the detector's data cannot be read.
  init(_ request: TranslationRequest, _ catalog: ModelCatalog) throws(TranslationError) {
    target = catalog.pairs.target(named: request.target)
    served = catalog.pairs
    var sources = catalog.pairs.sources(to: target)
    if let id = request.model { sources = try catalog.sources(id: id, target: target) }
    guard let first = sources.first else {
      throw .pairNotServed(source: "auto", target: request.target, served: catalog.pairs)
    }
    fallbackLanguage = sources.first { $0 == "en" } ?? first
    do throws(FileError) {
      detector = try LanguageDetector.standard.get()
      candidates = NamedLanguages(Set(sources + [target]), of: detector)
    } catch {
      throw .failed(error.description)
    }
  }

  /// Returns the language of each text: one that is served, unless the text is surely in another.
  func languages(of texts: [String]) -> [DetectedLanguage] {
    zip(texts, detector.detect(texts, served: candidates)).map { text, found in
      found.first ?? languageWithoutKnownLetters(text)
    }
  }

  private func languageWithoutKnownLetters(_ text: String) -> DetectedLanguage {
    let hasLetters = text.unicodeScalars.contains { $0.properties.isAlphabetic }
    return hasLetters
      ? DetectedLanguage(language: Self.unknown, confidence: 0, isServed: false)
      : DetectedLanguage(language: fallbackLanguage, confidence: 0)
  }

  /// - Throws: `languageNotServed` if there are texts, and none has a language that is served.
  func check(_ found: [DetectedLanguage]) throws(TranslationError) {
    guard let first = found.first, !found.contains(where: \.isServed) else { return }
    throw .languageNotServed(
      first.language == Self.unknown ? nil : first.language, target: target, served: served)
  }
}
