import Files
import Foundation
import Models
import Support
import Testing
import Translation

/// A Marian model whose vocabulary has tokens for languages: OPUS-MT's models of several targets.
struct ManyTargetsTests {
  /// The checkpoint of a fixture with two pieces renamed, in a folder of this name.
  private func service(_ name: String, pair: LanguagePair? = nil) throws -> TranslationService {
    let folder = try TemporaryFolder()
    let directory = folder.path + "/" + name
    try FileManager.default.copyItem(atPath: MarianFixture("marian-base").directory, toPath: directory)
    let path = directory + "/vocab.json"
    var text = try String(contentsOfFile: path, encoding: .utf8)
    for (piece, token) in [("▁play", ">>fra<<"), ("▁dog", ">>pob<<")] {
      text = text.replacing("\"\(piece)\"", with: "\"\(token)\"")
    }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try Data("{}".utf8).write(to: URL(fileURLWithPath: directory + "/tokenizer_config.json"))
    let model = try LoadedModel(directory: directory, pair: pair)
    return try TranslationService(
      configuration: ServiceConfiguration(modelDirectories: [], workers: 1, checksOutput: false), models: [model])
  }

  private func translated(
    _ texts: [String], _ target: String, by service: TranslationService, source: String? = "en"
  ) throws -> [TranslatedText] {
    let outcome = Outcome<[TranslatedText]>()
    let request = TranslationRequest(texts: texts, source: source, target: target, explain: [.tokens, .alignment])
    service.translate(request, completion: outcome.receive)
    return try outcome.wait().get()
  }

  @Test func theTargetChoosesTheTokenBeforeEverySentence() throws {
    let served = try service("opus-mt-en-ROMANCE")
    #expect(Array(served.pairs).map(\.target) == ["fr", "pt_br"])
    #expect(served.models[0].languages == ModelLanguages(sources: ["en"], targets: ["fr", "pt_br"]))
    for (target, piece) in [("fr", ">>fra<<"), ("pt_br", ">>pob<<")] {
      let text = try translated(["The man is here. The woman is there."], target, by: served)[0]
      #expect(text.sentences.count == 2)
      #expect(text.sentences.allSatisfy { $0.sourceTokens.first == piece })
      let written = try translated(["\(piece) The man is here."], "fr", by: served)[0]
      #expect(written.text == text.sentences[0].target, "a token that is written out stays the only one")
      #expect(text.sentences[0].alignment.allSatisfy { !$0.source.isEmpty && !$0.target.isEmpty })
    }
    #expect(
      try translated(["The man is here."], "fr", by: served)[0].text
        != translated(["The man is here."], "pt_br", by: served)[0].text)
  }

  @Test func aGroupOnBothSidesIsReadAndWritten() throws {
    let served = try service("opus-mt-itc-itc")
    #expect(served.pairs.sources == ["fr", "pt_br"])
    #expect(Array(served.pairs).count == 2)
  }

  @Test func aFolderWithoutASourceNeedsAPair() throws {
    #expect(throws: FileError.self) { try service("model") }
    let served = try service("model", pair: LanguagePair(source: "de", target: "fr"))
    #expect(served.pairs.sources == ["de"])
    #expect(served.pairs.targets == ["fr", "pt_br"])
  }

  @Test func aTargetWithoutATokenMakesOnePair() throws {
    #expect(try Array(service("opus-mt-de-en").pairs) == [LanguagePair(source: "de", target: "en")])
  }

  @Test func otherTargetsAreRefused() throws {
    let served = try service("opus-mt-en-ROMANCE")
    #expect(throws: TranslationError.self) { try translated(["The man."], "de", by: served) }
  }
}
