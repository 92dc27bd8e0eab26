import Files
import Foundation
import Models
import Testing
import Translation

@Suite struct LanguagePairTests {
  /// A folder of this name under a fresh one, with a `tokenizer_config.json` of this text.
  private func folder(_ name: String, configuration: String? = nil, files: [String] = []) throws -> String {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
      .appendingPathComponent(name)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    if let configuration {
      try Data(configuration.utf8).write(to: url.appendingPathComponent("tokenizer_config.json"))
    }
    for file in files { try Data().write(to: url.appendingPathComponent(file)) }
    return url.path
  }

  private func pair(
    _ name: String, configuration: String? = nil, files: [String] = [], fallback: LanguagePair? = nil
  ) throws -> LanguagePair {
    let folder = try folder(name, configuration: configuration, files: files)
    defer { try? FileManager.default.removeItem(atPath: (folder as NSString).deletingLastPathComponent) }
    return try LanguagePair(folder: ModelFolder(directory: folder), fallback: fallback)
  }

  private let enFr = LanguagePair(source: "en", target: "fr")

  @Test func theTokenizerConfigurationSays() throws {
    #expect(try pair("model", configuration: #"{"source_lang":"en","target_lang":"fr"}"#) == enFr)
    #expect(try pair("de-nl", configuration: #"{"source_lang":"EN","target_lang":"fr"}"#) == enFr)
  }

  @Test func elseTheNameOfTheFolder() throws {
    #expect(try pair("en-fr") == enFr)
    #expect(try pair("opus-mt-en-fr") == enFr)
    #expect(try pair("opus-mt-tc-big-en-fr", configuration: "{}") == enFr)
    #expect(try pair("opus-mt-en-fr", configuration: #"{"source_lang":null,"target_lang":""}"#) == enFr)
    #expect(try pair("en-zh_hant") == LanguagePair(source: "en", target: "zh_hant"))
  }

  @Test func elseTheNamesOfItsFiles() throws {
    let firefox = ["model.enfr.intgemm.alphas.bin", "vocab.enfr.spm", "lex.50.50.enfr.s2t.bin", "config.yml"]
    #expect(try pair("enfr-1693087644", files: firefox) == enFr)
    #expect(try pair("tiny", files: ["srcvocab.enfr.spm", "trgvocab.enfr.spm"]) == enFr)
    #expect(try pair("de-nl", files: firefox) == LanguagePair(source: "de", target: "nl"))
    #expect(try pair("model", files: ["vocab.enfr.spm", "vocab.fren.spm"], fallback: enFr) == enFr)
    #expect(throws: FileError.self) { try pair("models", files: ["model.best.bin", "vocab.spm", "enfr"]) }
  }

  @Test func elseTwoLanguagesThatMakeItsName() throws {
    #expect(try pair("enfr") == enFr)
    #expect(try pair("test", fallback: enFr) == enFr, "what was given goes before a name that could be a word")
    #expect(throws: FileError.self) { try pair("qqzz") }
  }

  @Test func elseWhatWasGiven() throws {
    #expect(try pair("model", fallback: enFr) == enFr)
    #expect(throws: FileError.self) { try pair("model") }
    #expect(throws: FileError.self) { try pair("my-translator") }
  }

  @Test(arguments: ["[]", "{", #"{"source_lang":5}"#, String(repeating: "[", count: 10_000)])
  func aBrokenConfigurationIsAnError(_ text: String) throws {
    #expect(throws: FileError.self) { try pair("en-fr", configuration: text) }
  }

  @Test func codesMayHaveHyphens() throws {
    let hans = LanguagePair(source: "en", target: "zh_hans")
    #expect(try pair("model", configuration: #"{"source_lang":"en","target_lang":"zh-Hans"}"#) == hans)
    #expect(try pair("de-nl", configuration: #"{"source_lang":"pt-BR","target_lang":"en"}"#).source == "pt_br")
    #expect(try pair("opus-mt-en-zh-Hans") == hans)
    #expect(try pair("opus-mt-en-pt-BR") == LanguagePair(source: "en", target: "pt_br"))
    #expect(try pair("zh-Hant-TW-pt-BR") == LanguagePair(source: "zh_hant_tw", target: "pt_br"))
  }

  @Test(arguments: [
    ("en-pt-BR", "en", "pt_br"), ("pt-BR-en", "pt_br", "en"), ("zh-Hans-en", "zh_hans", "en"),
    ("zh-Hans-zh-Hant-TW", "zh_hans", "zh_hant_tw"), ("es-419-en", "es_419", "en"), ("en-zh_Hant", "en", "zh_hant"),
    ("zh_hans-pt_BR", "zh_hans", "pt_br"),
  ])
  func pairsWithScriptsAndRegions(_ text: String, _ source: String, _ target: String) {
    #expect(LanguagePair(text) == LanguagePair(source: source, target: target))
  }

  @Test func readsPairs() {
    #expect(LanguagePair("en-fr") == enFr)
    #expect(LanguagePair("EN-FR") == enFr)
    for wrong in [
      "", "en", "en-", "en-fr-de", "en-pt-br", "Hans-en-fr", "en--BR", "e-f", "en_fr", "engl-fr", "é-fr", "en_-fr",
    ] {
      #expect(LanguagePair(wrong) == nil)
    }
  }
}
