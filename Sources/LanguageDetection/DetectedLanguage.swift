/// What a text may be written in.
package struct DetectedLanguage: Sendable, Equatable {
  /// BCP 47, or as the caller calls it.
  package var language: String
  /// The share of such answers that are right, 0 to 1.
  package var confidence: Double

  package init(language: String, confidence: Double) {
    self.language = language
    self.confidence = confidence
  }
}
