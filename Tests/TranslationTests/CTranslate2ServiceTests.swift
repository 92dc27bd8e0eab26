import Files
import Foundation
import Models
import Support
import Testing
import Translation

/// CTranslate2 folders through the whole service: tokens are words here.
struct CTranslate2ServiceTests {
  /// - Parameter renamed: changes of the vocabulary, piece by piece.
  private func service(
    _ name: String, pair: LanguagePair? = LanguagePair(source: "en", target: "fr"), renamed: [String: String] = [:],
    settings: [String: String] = [:]
  ) throws -> TranslationService {
    let folder = try TemporaryFolder()
    try folder.copyFiles(of: CTranslate2Fixture(name).directory)
    try replace(renamed, in: folder, "shared_vocabulary.json")
    try replace(settings, in: folder, "config.json")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.contains("vocabulary") {
      try folder.write(name, text: Self.letters(String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)))
    }
    return try TranslationService(
      configuration: ServiceConfiguration(modelDirectories: [], workers: 1, checksOutput: false),
      models: [LoadedModel(directory: folder.path, pair: pair)])
  }

  /// A text with the pieces `t0`, `t1` … in letters only: a letter with digits is a code, which no model sees.
  private static func letters(_ text: String) -> String {
    text.replacing(/\bt(\d+)\b/) { match in
      "t" + match.1.unicodeScalars.map { digit in String(UnicodeScalar(UInt8(digit.value) + 49)) }.joined()
    }
  }

  private func replace(_ texts: [String: String], in folder: TemporaryFolder, _ name: String) throws {
    guard !texts.isEmpty else { return }
    var text = try String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)
    for (old, new) in texts { text = text.replacing(old, with: new) }
    try folder.write(name, text: text)
  }

  private func translated(
    _ texts: [String], _ target: String = "fr", by service: TranslationService, stream: Heard? = nil
  ) throws -> [TranslatedText] {
    let outcome = Outcome<[TranslatedText]>()
    var request = TranslationRequest(texts: texts, source: "en", target: target, explain: [.tokens, .alignment])
    request.listener = stream?.receive
    service.translate(request, completion: outcome.receive)
    return try outcome.wait().get()
  }

  private static let names = [
    "m2m-int8_float16", "mbart-bfloat16", "bart-float16", "t5-gated", "t5-tied-int8", "opennmt-relative",
    "opennmt-tf-int8",
  ]

  @Test(arguments: names) func tokensAreExplainedAndStreamed(name: String) throws {
    let service = try service(name)
    let heard = Heard()
    let texts = ["t3 t9 t1 t4", "t7"].map(Self.letters)
    let found = try translated(texts, by: service, stream: heard)
    for (index, text) in found.enumerated() {
      let sentence = try #require(text.sentences.first)
      let isOpenNMT = name.hasPrefix("opennmt")
      let words = texts[index].split(separator: " ").map(String.init)
      #expect(sentence.sourceTokens == (isOpenNMT ? words : words + ["</s>"]))
      #expect(!sentence.targetTokens.isEmpty)
      #expect(heard.tokens.filter { $0.text == index }.map(\.part).joined() == sentence.target)
    }
  }

  @Test(arguments: names) func attentionIsGivenOfEveryKind(name: String) throws {
    let outcome = Outcome<AttentionAnswer>()
    try service(name).attention(
      AttentionRequest(
        text: Self.letters("t3 t9"), source: "en", target: "fr", translation: Self.letters("t4 t5 t6"),
        kinds: AttentionKind.allCases, layers: nil,
        heads: .all, sentence: 0),
      completion: outcome.receive)
    let answer = try outcome.wait().get()
    let count = answer.sourceTokens.count
    #expect(answer.weights[.cross]?.shape == [2, 4, 4, count])
    #expect(answer.weights[.encoder]?.shape == [1, 4, count, count])
    #expect(answer.weights[.decoder]?.shape == [2, 4, 4, 4])
  }

  private static let languages = [
    "en", "fr", "de", "pt", "es", "it", "nl", "pl", "ru", "sv", "da", "fi", "cs", "uk", "tr", "hu", "ro", "bg", "el",
    "et", "lt",
  ]

  /// Twenty-one pieces of the vocabulary as languages, as M2M-100 and mBART spell them.
  private func renamed(_ spelling: (String) -> String) -> [String: String] {
    Dictionary(uniqueKeysWithValues: Self.languages.enumerated().map { ("\"t\($0 + 4)\"", "\"\(spelling($1))\"") })
  }

  @Test func languageTokensOfM2MAreChosenByTheRequest() throws {
    let service = try service("m2m-int8_float16", pair: nil, renamed: renamed { "__\($0)__" })
    #expect(service.pairs.sources.count == Self.languages.count)
    var texts: Set<String> = []
    for target in ["fr", "de", "pt"] {
      let text = try translated([Self.letters("t1 t2 t3")], target, by: service)[0]
      let sentence = try #require(text.sentences.first)
      #expect(sentence.sourceTokens == ["__en__"] + ["t1", "t2", "t3"].map(Self.letters) + ["</s>"])
      #expect(!sentence.target.contains("__"), "\(sentence.target)")
      texts.insert(sentence.target)
    }
    #expect(texts.count > 1)
  }

  /// mBART-25's decoder is fed the target's token first, and its source ends with its own.
  @Test func missingStartIsTheLanguageOfTheTarget() throws {
    let service = try service(
      "mbart-bfloat16", pair: nil, renamed: renamed { "\($0)_XX" },
      settings: ["\"decoder_start_token\": \"</s>\"": "\"decoder_start_token\": null"])
    let text = try translated([Self.letters("t1 t2 t3")], "de", by: service)[0]
    let sentence = try #require(text.sentences.first)
    #expect(sentence.sourceTokens == ["t1", "t2", "t3"].map(Self.letters) + ["</s>", "en_XX"])
    #expect(
      failureMessage {
        _ = try self.service(
          "mbart-bfloat16", settings: ["\"decoder_start_token\": \"</s>\"": "\"decoder_start_token\": null"])
      }.contains("decoder_start_token"))
  }
}
