import Archive
import Foundation
import Support
import Testing
import Translation

/// The search for models under folders.
@Suite struct StoredFoldersTests {
  private let folder: TemporaryFolder
  private let reports = Reports()

  init() throws { folder = try TemporaryFolder() }

  private func folders(packages: Bool = false) -> StoredFolders {
    let roots =
      packages ? StoredFolders.Roots(packages: [folder.path]) : StoredFolders.Roots(models: [folder.path])
    return StoredFolders(roots) { [reports] in reports.add($0) }
  }

  private func copy(_ fixture: String, as name: String) throws {
    let target = URL(fileURLWithPath: folder.path + "/" + name)
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: URL(fileURLWithPath: MarianFixture.root + "/" + fixture), to: target)
  }

  @Test func modelsAreFoundOnAllLevels() throws {
    try copy("marian-base", as: "en-fr")
    try copy("marian-base", as: "group/opus-mt-de-en")
    try copy("marian-base", as: ".hidden/en-es")
    try folder.write("notes.txt", text: "no model")
    let models = folders().scan()
    #expect(models.map(\.id) == ["en-fr", "opus-mt-de-en"])
    #expect(models.allSatisfy { $0.languages.pair == LanguagePair("en-fr") })  // as the configuration says
    #expect(models.allSatisfy { $0.estimatedBytes > 1000 })
    #expect(reports.all.isEmpty)
  }

  @Test func archivesAreModels() throws {
    var writer = ZipWriter()
    let source = MarianFixture.root + "/marian-base"
    for name in try FileManager.default.contentsOfDirectory(atPath: source).sorted() {
      writer.add("root/" + name, try ContainerFixture.bytes(source + "/" + name))
    }
    try folder.write("en-fr.zip", writer.finish())
    #expect(folders().scan().map(\.id) == ["en-fr"])
  }

  @Test func brokenFoldersAreReportedOnceAndPassedOver() throws {
    try copy("marian-base", as: "en-fr")
    try copy("marian-base", as: "en-de")
    try folder.write("en-de/config.json", text: "{")
    let folders = folders()
    for _ in 0..<3 { #expect(folders.scan().map(\.id) == ["en-fr"]) }
    #expect(reports.all.count == 1)
    #expect(reports.all[0].contains("en-de/config.json"))
  }

  @Test func secondModelOfANameIsPassedOver() throws {
    try copy("marian-base", as: "a/en-fr")
    try copy("marian-base", as: "b/en-fr")
    #expect(folders().scan().map(\.id) == ["en-fr"])
    #expect(reports.all.count == 1)
  }

  @Test func newAndChangedAndRemovedFoldersAreSeen() throws {
    try copy("marian-base", as: "en-fr")
    let folders = folders()
    let first = folders.scan()
    #expect(!folders.haveChanged)
    try copy("marian-base", as: "en-de")
    #expect(folders.haveChanged)
    let second = folders.scan()
    #expect(second.map(\.id) == ["en-de", "en-fr"])
    #expect(second[1].key == first[0].key)
    try folder.write("en-fr/README.md", text: "new")
    #expect(folders.haveChanged)
    #expect(folders.scan()[1].key != first[0].key)
    try FileManager.default.removeItem(atPath: folder.path + "/en-de")
    #expect(folders.haveChanged)
    #expect(folders.scan().map(\.id) == ["en-fr"])
    #expect(!folders.haveChanged)
  }

  @Test func onlyPackagesAreFoundAmongPackages() throws {
    try copy("marian-base", as: "en-fr")
    try copy("ctranslate2/opennmt-relative", as: "translate-en_it-1_9/model")
    try folder.copy(MarianFixture.root + "/marian-base/source.spm", as: "translate-en_it-1_9/sentencepiece.model")
    try folder.write("translate-en_it-1_9/metadata.json", text: #"{"from_code":"en","to_code":"pb"}"#)
    let models = folders(packages: true).scan()
    #expect(models.map(\.id) == ["translate-en_it-1_9"])
    #expect(models.map(\.languages.pair) == [LanguagePair(source: "en", target: "pt_br")])
  }
}

/// `@unchecked Sendable`: `messages` is only touched under `lock`.
private final class Reports: @unchecked Sendable {
  private let lock = NSLock()
  private var messages: [String] = []

  var all: [String] { lock.withLock { messages } }

  func add(_ message: String) { lock.withLock { messages.append(message) } }
}
