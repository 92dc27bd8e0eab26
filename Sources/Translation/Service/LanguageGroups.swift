import Files
import LanguageDetection

/// A request without a source language, as one request per language.
struct TextsByLanguage: Sendable {
  /// Detected language per text of the request.
  private let found: [DetectedLanguage]
  /// Indices of the texts per language.
  private let places: [[Int]]
  /// The requests, each with its source. Texts in the target language, which stay as they are, have a request too. If
  /// there are several requests, none has a listener: it would be called from several threads.
  let requests: [TranslationRequest]

  init(_ request: TranslationRequest, _ source: AutomaticSource) {
    let found = Self.languages(of: request, source)
    let groups = Dictionary(grouping: found.indices) { found[$0].language }.sorted { $0.key < $1.key }
    self.found = found
    places = groups.map(\.value)
    requests = groups.map { language, places in
      var part = request
      part.source = language
      part.texts = places.map { request.texts[$0] }
      if groups.count > 1 { part.listener = nil }
      return part
    }
  }

  private static func languages(of request: TranslationRequest, _ source: AutomaticSource) -> [DetectedLanguage] {
    let texts = request.texts.map(request.format.readable)
    guard request.isOfOneLanguage else { return texts.map(source.language) }
    return Array(repeating: source.language(of: texts.joined(separator: "\n")), count: texts.count)
  }

  /// - Parameter answers: an answer per request of `requests`, in their order.
  func joined(_ answers: [[TranslatedText]]) -> [TranslatedText] {
    let pairs = zip(places, answers).flatMap { zip($0, $1) }
    return pairs.sorted { $0.0 < $1.0 }.map { place, text in
      var text = text
      text.detected = found[place]
      return text
    }
  }
}

extension TranslatedText {
  /// A text that is in the target language already.
  init(unchanged text: String) {
    self.init(
      text: text, alternatives: [], sentences: [], timings: Timings(longestOf: []), tokens: TokenCounts())
  }
}

// MARK: - Detection

/// A detector of the language of texts that come without one: the target, or a language that can be translated into it.
struct AutomaticSource: Sendable {
  private let detector: LanguageDetector
  private let candidates: NamedLanguages
  /// The language of a text without letters, reported without confidence: English if it is a candidate, as in
  /// LibreTranslate.
  private let fallbackLanguage: String

  /// - Throws: `pairNotServed`, or `unknownModel`; `failed` if the detector's data cannot be read.
  init(_ request: TranslationRequest, _ catalog: ModelCatalog) throws(TranslationError) {
    let target = catalog.pairs.target(named: request.target)
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

  func language(of text: String) -> DetectedLanguage {
    detector.detect(text, among: candidates).first ?? DetectedLanguage(language: fallbackLanguage, confidence: 0)
  }
}
