import Support
import Translation

/// A service with the model of captions, loaded once for all tests of searches through queue and workers.
enum CaptionService {
  private static let service = Result {
    try TranslationService(
      configuration: ServiceConfiguration(modelDirectories: [], workers: 2),
      models: [LoadedModel(directory: MarianFixture.root + "/../../models/zoo/en-fr-captions")])
  }

  static func translated(
    _ texts: [String], beam: Int = 1, _ change: (inout TranslationRequest) -> Void
  ) throws -> [TranslatedText] {
    var request = TranslationRequest(texts: texts, source: "en", target: "fr", beam: beam)
    change(&request)
    let outcome = Outcome<[TranslatedText]>()
    try service.get().translate(request, completion: outcome.receive)
    return try outcome.wait().get()
  }
}
