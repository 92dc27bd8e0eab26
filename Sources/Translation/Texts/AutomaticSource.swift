import LanguageDetection

/// Finds the language of texts that come without one, among those that can be translated into the target and the target
/// itself: what is in it already stays as it is.
struct AutomaticSource: Sendable {
  private let detector: LanguageDetector
  private let candidates: NamedLanguages
  /// What a text without letters is said to be in, with no confidence: English where it is a candidate, as LibreTranslate
  /// has it.
  private let usual: String

  /// - Throws: where the target is not served, or the model asked for is not known or has another target.
  init(_ request: TranslationRequest, _ catalog: ModelCatalog) throws(TranslationError) {
    var sources = catalog.pairs.filter { $0.target == request.target }.map(\.source)
    if let id = request.model { sources = [try catalog.source(id: id, target: request.target)] }
    guard let first = sources.first else {
      throw .pairNotServed(source: "auto", target: request.target, served: catalog.pairs)
    }
    usual = sources.first { $0 == "en" } ?? first
    do throws(LanguageModelError) {
      detector = try LanguageDetector.standard.get()
      candidates = NamedLanguages(Set(sources + [request.target]), of: detector)
    } catch {
      throw .failed(error.description)
    }
  }

  func language(of text: String) -> DetectedLanguage {
    detector.detect(text, among: candidates).first ?? DetectedLanguage(language: usual, confidence: 0)
  }
}
