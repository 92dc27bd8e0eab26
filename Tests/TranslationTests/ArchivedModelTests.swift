import Archive
import Files
import Foundation
import Support
import Testing
import Translation

/// Models in archives, which are served as they were downloaded.
@Suite struct ArchivedModelTests {
  @Test func modelInAnArchiveIsTheModelInItsFolder() throws {
    let source = MarianFixture.root + "/marian-base"
    let folder = try TemporaryFolder()
    var writer = ZipWriter()
    for name in try FileManager.default.contentsOfDirectory(atPath: source).sorted() {
      writer.add("inside/" + name, try ContainerFixture.bytes(source + "/" + name))
    }
    let path = try folder.write("opus-mt-en-fr.zip", writer.finish())
    let archived = try LoadedModel(directory: path)
    let plain = try LoadedModel(directory: source, pair: LanguagePair(source: "en", target: "fr"))
    #expect(archived.id == "opus-mt-en-fr")
    #expect(archived.pair == plain.pair)
    #expect(archived.summary.parameters == plain.summary.parameters)
    func translation(_ model: LoadedModel) throws -> String {
      let service = try TranslationService(
        configuration: ServiceConfiguration(modelDirectories: [], workers: 1, checksOutput: false), models: [model])
      let outcome = Outcome<[TranslatedText]>()
      service.translate(
        TranslationRequest(texts: ["the cat sat on the mat"], source: "en", target: "fr"), completion: outcome.receive)
      return try outcome.wait().get().map(\.text).joined()
    }
    #expect(try translation(archived) == translation(plain))
  }
}
