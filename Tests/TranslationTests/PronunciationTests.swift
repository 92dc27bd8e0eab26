import Foundation
import Models
import Support
import Testing
import Translation

/// Published recurrent models, as `models/fetch` brings them, against the packages that they are from.
struct PronunciationTests {
  private static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  private static func folder(_ name: String) -> String { here.appendingPathComponent("../../models/\(name)").path }

  private static func isHere(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder(name) + "/config.json")
  }

  /// Words and what the package says, made by `make_pronunciations.py`.
  private func expected(_ name: String) throws -> [(word: String, said: String)] {
    let path = MarianFixture.root + "/pronunciations/\(name).tsv"
    return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
      let fields = line.split(separator: "\t")
      try #require(fields.count == 2)
      return (String(fields[0]), String(fields[1]))
    }
  }

  private func checkWords(_ name: String) throws {
    let model = try LoadedModel(directory: Self.folder(name), pair: nil, preferences: ModelPreferences())
    let service = try TranslationService(
      configuration: ServiceConfiguration(modelDirectories: [], workers: 2), models: [model])
    func say(_ words: [String]) throws -> [String] {
      let outcome = Outcome<[TranslatedText]>()
      service.translate(
        TranslationRequest(texts: words, source: model.pair.source, target: model.pair.target),
        completion: outcome.receive)
      return try outcome.wait(seconds: 120).get().map(\.text)
    }
    let cases = try expected(name)
    #expect(cases.count == 200)
    #expect(try say(cases.map(\.word)) == cases.map(\.said))
    for (word, said) in cases { #expect(try say([word]) == [said]) }
  }

  @Test(.enabled(if: isHere("g2p-en"), "models/g2p-en is not here: models/fetch g2p-en brings it"))
  func englishWords() throws { try checkWords("g2p-en") }

  @Test(.enabled(if: isHere("g2p-fa"), "models/g2p-fa is not here: models/fetch g2p-fa brings it"))
  func persianWords() throws { try checkWords("g2p-fa") }
}
