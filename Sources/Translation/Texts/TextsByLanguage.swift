import LanguageDetection

/// A request without a source language as one request a language, and their answers as one again.
struct TextsByLanguage: Sendable {
  /// Of each text of the request.
  private let found: [DetectedLanguage]
  /// The texts' numbers, a group for each language.
  private let places: [[Int]]
  /// Each with its source; that of texts in the target language too, which are to stay as they are. Of several, none tells
  /// its tokens: they would come from several threads.
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

  /// - Parameter answers: those of `requests`.
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
  /// What is in the target language already.
  init(unchanged text: String) {
    self.init(
      text: text, alternatives: [], sentences: [], timings: Timings(longestOf: []), tokens: TokenCounts())
  }
}
