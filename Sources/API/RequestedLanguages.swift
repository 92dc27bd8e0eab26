import JSON
import LanguageDetection
import Languages
import Translation

/// The languages of requests as the service has them.
extension Translator {
  /// The request with the service's codes for its languages. A region that is not served falls back to the language. Two
  /// regions of one language become one code, so that the texts stay as they are.
  func understood(_ request: TranslationRequest) -> TranslationRequest {
    let pairs = pairs
    var request = request
    guard let source = request.source else {
      request.target = pairs.target(named: request.target)
      return request
    }
    let (from, to) = (pairs.source(named: source), pairs.target(named: request.target))
    let isServed = pairs.contain(LanguagePair(source: from, target: to))
    let same = isServed ? nil : pairs.language(namedByBoth: source, request.target)
    request.source = same ?? from
    request.target = same ?? to
    return request
  }

  func understood(_ request: AttentionRequest) -> AttentionRequest {
    let pairs = pairs
    var request = request
    request.source = pairs.source(named: request.source)
    request.target = pairs.target(named: request.target)
    return request
  }

  func understood(_ request: ScoreRequest) -> ScoreRequest {
    let pairs = pairs
    var request = request
    request.source = pairs.source(named: request.source)
    request.target = pairs.target(named: request.target)
    return request
  }
}

extension ServiceSlot {
  /// Returns the languages that each text can be in, of all that the detector knows. Languages that are served are
  /// likelier, since a client asks for a translation next; while models are loading, none is.
  /// - Throws: `FileError` if the detector's data cannot be read.
  func detect(_ texts: [String]) throws -> [[DetectedLanguage]] {
    let detector = try LanguageDetector.standard.get()
    let served = (try? withService(\.pairs)).map { NamedLanguages(Set($0.sources + $0.targets), of: detector) }
    return detector.detect(texts, served: served)
  }
}

extension JSONWriter {
  /// Writes a language as LibreTranslate does, with the confidence in percent.
  /// - Parameter marksUnserved: whether `served` says that a language is not served, so that its text stayed as it is.
  mutating func detected(_ found: DetectedLanguage, marksUnserved: Bool = false) {
    object { writer in
      writer.member("confidence", (found.confidence * 1000).rounded() / 10)
      writer.member("language", LanguageCode(found.language).text)
      if marksUnserved, !found.isServed { writer.member("served", false) }
    }
  }
}
