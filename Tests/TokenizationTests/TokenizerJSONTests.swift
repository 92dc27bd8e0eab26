import Files
import Foundation
import Support
import Testing
import Tokenization

/// Folders with a `tokenizer.json` alone, against the `tokenizers` library.
struct TokenizerJSONTests {
  private struct Example: Decodable {
    var text: String
    var ids: [Int32]
    var decoded: String
  }

  private static let names = ["bpe", "bpe-fused", "bpe-bytes", "unigram", "unicode", "accents", "converted"]

  private func file(_ name: String) throws -> [UInt8] { try Fixtures.bytes("tokenizer_json/\(name)/tokenizer.json") }

  private func tokenizer(_ bytes: [UInt8], layout: LanguageTokens.Layout? = nil) throws -> TokenizerJSON {
    let folder = try TemporaryFolder()
    try folder.write("tokenizer.json", bytes)
    return try TokenizerJSON(ModelFolder(directory: folder.path), layout: layout)
  }

  private func changed(_ name: String, _ old: String, _ new: String) throws -> [UInt8] {
    let text = String(decoding: try file(name), as: UTF8.self)
    #expect(text.contains(old))
    return Array(text.replacing(old, with: new).utf8)
  }

  @Test(arguments: names)
  func idsAndTextsAreThoseOfTheLibrary(name: String) throws {
    let base = try tokenizer(file(name))
    let prompt = base.languages?.prompt(source: "eng_Latn", target: "fra_Latn") ?? LanguagePrompt()
    let tokenizer = PromptedTokenizer(base, prompt)
    for example in try Fixtures.json([Example].self, "tokenizer_json/\(name)/expected.json") {
      let encoded = tokenizer.encode(example.text)
      #expect(encoded.ids == example.ids, "\(example.text)")
      #expect(encoded.ranges.allSatisfy { $0.upperBound <= example.text.utf8.count })
      if !encoded.ids.contains(base.unknownToken) {
        #expect(tokenizer.decode(example.ids) == example.decoded, "\(example.text)")
      }
    }
  }

  @Test func theTemplatePlacesTheLanguages() throws {
    let tokens = try #require(try tokenizer(file("bpe")).languages)
    #expect(tokens.layout == .sourceBeforeText)
    #expect(tokens.codes.count == 28 && tokens.token(of: "fr")?.piece == "fra_Latn")
    let after =
      #"[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}},"#
      + #"{"SpecialToken":{"id":"eng_Latn","type_id":0}}]"#
    let before =
      #"[{"SpecialToken":{"id":"eng_Latn","type_id":0}},{"Sequence":{"id":"A","type_id":0}},"#
      + #"{"SpecialToken":{"id":"</s>","type_id":0}}]"#
    let legacy = try tokenizer(changed("bpe", before, after))
    #expect(legacy.languages?.layout == .sourceAfterText)
    #expect(try tokenizer(file("bpe"), layout: .targetFedFirst).languages?.layout == .targetFedFirst)
    #expect(try tokenizer(file("unigram")).languages == nil)
  }

  @Test func mergesOfOlderFilesHaveASpace() throws {
    let text = String(decoding: try file("bpe"), as: UTF8.self)
    let older = text.replacing(/\["([^"]+)","([^"]+)"\]/) { "\"\($0.output.1) \($0.output.2)\"" }
    #expect(older != text)
    let (new, old) = (try tokenizer(file("bpe")), try tokenizer(Array(older.utf8)))
    #expect(new.encode("the northern letters") == old.encode("the northern letters"))
  }

  @Test(arguments: [
    ("bpe", #""type":"Replace""#, #""type":"BertNormalizer""#, "normalizer"),
    ("bpe", #"{"Regex":" {2,}"}"#, #"{"Regex":"[0-9]"}"#, "normalizer"),
    ("unigram", #""type":"Replace","pattern":{"Regex":" {2,}"},"content":" ""#, #""type":"NFKC""#, "normalizer"),
    ("bpe", #""pre_tokenizer":{"type":"Metaspace""#, #""pre_tokenizer":{"type":"ByteLevel""#, "pre_tokenizer"),
    ("bpe", #""decoder":{"type":"Metaspace""#, #""decoder":{"type":"WordPiece""#, "decoder"),
    ("bpe", #""type":"TemplateProcessing""#, #""type":"RobertaProcessing""#, "post_processor"),
    ("bpe", #""type":"BPE""#, #""type":"WordLevel""#, "model.type"),
    ("bpe", #""dropout":null"#, #""dropout":0.5"#, "model.dropout"),
    ("bpe", #""ignore_merges":false"#, #""ignore_merges":true"#, "model.ignore_merges"),
    ("unigram", #""unk_id":2"#, #""unk_id":2000"#, "model.unk_id"),
  ])
  func otherStepsAreRefusedByName(name: String, old: String, new: String, item: String) throws {
    let bytes = try changed(name, old, new)
    do {
      _ = try tokenizer(bytes)
      Issue.record("\(new) was taken")
    } catch let error as FileError {
      #expect(error.item == item)
    }
  }

  @Test func smallFilesHaveNoHighIds() throws {
    let bytes = try changed("bpe", #""</s>":2,"#, #""</s>":900000,"#)
    let message = try #require(thrownError(FileError.self) { _ = try tokenizer(bytes) }).description
    #expect(message.contains("an id of its own, below"))
  }

  @Test(arguments: ["bpe-fused", "bpe-bytes", "unigram", "unicode", "converted"])
  func filesSurviveMutations(name: String) throws {
    let rounds = ProcessInfo.processInfo.environment["FUZZ_ROUNDS"].flatMap(Int.init) ?? 500
    let good = try file(name)
    let folder = try TemporaryFolder()
    var mutator = Mutator(seed: 31)
    var refused = 0
    for _ in 0..<rounds {
      try folder.write("tokenizer.json", mutator.mutate(good))
      do {
        let tokenizer = try TokenizerJSON(ModelFolder(directory: folder.path))
        let encoded = tokenizer.encode("the letter, été 日本 😀")
        #expect(encoded.ids.allSatisfy { 0..<Int32(tokenizer.sourceVocabularySize) ~= $0 })
        #expect(tokenizer.decode(encoded.ids).utf8.count < 1 << 16)
      } catch is FileError {
        refused += 1
      }
    }
    #expect(refused > 0 && refused < rounds)
  }
}
