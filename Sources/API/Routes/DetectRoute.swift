import HTTP
import JSON
import LanguageDetection
import Translation

/// `POST /detect`: what language a text is in, of all that the detector knows, served or not.
struct DetectRoute: Sendable {
  /// Of those behind the likeliest, how many are named and how likely they must be.
  private static let others = 2
  private static let least = 0.01

  @Sendable func handle(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: any HTTPExchange) throws {
    let text = try fields.required("q")
    let found = try LanguageDetector.standard.get().detect(text)
    let others = found.dropFirst().prefix(Self.others).filter { $0.confidence >= Self.least }
    var writer = JSONWriter()
    writer.array(of: [found.first ?? .unknown] + others) { $0.detected($1) }
    exchange.respond(HTTPResponse(json: writer.bytes))
  }
}

extension DetectedLanguage {
  /// What LibreTranslate says of a text without letters.
  fileprivate static var unknown: DetectedLanguage { DetectedLanguage(language: "en", confidence: 0) }
}
