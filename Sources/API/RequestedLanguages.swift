import JSON
import LanguageDetection
import Languages
import Translation

/// The languages of requests as the service has them.
extension Translator {
  /// The request with the service's codes for its languages. A region that is not served falls back to the language.
  func understood(_ request: TranslationRequest) -> TranslationRequest {
    let pairs = pairs
    var request = request
    request.source = request.source.map { pairs.source(named: $0) }
    request.target = pairs.target(named: request.target)
    return request
  }

  /// The request with the service's codes for its languages, for clients that ask for a language without its region.
  func understoodInAnyRegion(_ request: TranslationRequest) -> TranslationRequest {
    let pairs = pairs
    var request = request
    request.source = request.source.map { pairs.source(named: $0, inAnyRegion: true) }
    request.target = pairs.target(named: request.target, inAnyRegion: true)
    return request
  }

  func understood(_ request: AttentionRequest) -> AttentionRequest {
    let pairs = pairs
    var request = request
    request.source = pairs.source(named: request.source)
    request.target = pairs.target(named: request.target)
    return request
  }
}

extension JSONWriter {
  /// Writes a language as LibreTranslate does, with the confidence in percent.
  mutating func detected(_ found: DetectedLanguage) {
    object { writer in
      writer.member("confidence", (found.confidence * 1000).rounded() / 10)
      writer.member("language", LanguageCode(found.language).text)
    }
  }
}
