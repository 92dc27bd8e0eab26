import Support
import Translation

/// A service with a tiny model from English to French, and a folder for its files.
struct TranslationFixture {
  let folder: TemporaryFolder
  let service: TranslationService

  init() throws {
    folder = try TemporaryFolder()
    var configuration = ServiceConfiguration(modelDirectories: [MarianFixture.root + "/marian-base"], workers: 2)
    configuration.pair = LanguagePair(source: "en", target: "fr")
    configuration.beam = 1
    service = try TranslationService(configuration: configuration)
  }
}
