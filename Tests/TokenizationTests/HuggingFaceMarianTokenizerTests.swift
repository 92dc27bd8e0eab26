import Files
import Support
import Testing
import Tokenization

struct HuggingFaceMarianTokenizerTests {
  struct Expected: Decodable {
    struct Case: Decodable {
      var text: String
      var ids: [Int32]
    }
    var source: [Case]
    var target: [Case]
    var decoded: [Case]
  }

  private func tokenizer() throws -> HuggingFaceMarianTokenizer {
    try HuggingFaceMarianTokenizer(ModelFolder(directory: Fixtures.path("marian")))
  }

  @Test func idsAreThoseOfTransformers() throws {
    let tokenizer = try tokenizer()
    let expected = try Fixtures.json(Expected.self, "marian_expected.json")
    #expect(expected.source.count > 20 && expected.target.count > 20)
    for example in expected.source { #expect(tokenizer.encode(example.text).ids == example.ids, "\(example.text)") }
    for example in expected.target {
      #expect(tokenizer.encodeTarget(example.text).ids == example.ids, "\(example.text)")
    }
  }

  @Test func textsAreThoseOfTransformers() throws {
    let tokenizer = try tokenizer()
    for example in try Fixtures.json(Expected.self, "marian_expected.json").decoded {
      #expect(Array(tokenizer.decode(example.ids).utf8) == Array(example.text.utf8), "\(example.ids)")
    }
  }

  @Test func everyByteOfTheTextHasItsToken() throws {
    let tokenizer = try tokenizer()
    for example in try Fixtures.json(Expected.self, "marian_expected.json").decoded {
      let (text, ranges) = tokenizer.decodeWithRanges(example.ids)
      let bytes = Array(text.utf8)
      #expect(ranges.count == example.ids.count)
      #expect(ranges.flatMap { bytes[$0] } == bytes)
    }
  }

  @Test func endIsLastAndEmpty() throws {
    let encoded = try tokenizer().encode("the letter ")
    #expect(encoded.ids.last == 0)
    #expect(encoded.pieces.last == "</s>")
    #expect(encoded.ranges.last == 11..<11)
    #expect(encoded.ids.count == encoded.pieces.count && encoded.ids.count == encoded.ranges.count)
  }

  @Test func aTargetLanguageIsOneToken() throws {
    let tokenizer = try tokenizer()
    let encoded = tokenizer.encode(">>fra<< the")
    #expect(encoded.ids[0] == 2)
    #expect(encoded.pieces[0] == ">>fra<<")
    #expect(encoded.ranges[0] == 0..<7)
    #expect(encoded.ranges[1].lowerBound >= 7)
  }

  @Test func quotedTextIsNoTargetLanguage() throws {
    let tokenizer = try tokenizer()
    for text in [">>the letter<< the", ">><<", ">>the", ">>été<< a"] {
      #expect(tokenizer.encode(text).pieces[0] == "▁", "\(text)")
    }
  }

  @Test func writtenOutEndIsText() throws {
    #expect(try tokenizer().encode("a</s>").ids.dropLast().contains(0) == false)
  }

  @Test func specialTokens() throws {
    let tokenizer = try tokenizer()
    #expect(tokenizer.endToken == 0)
    #expect(tokenizer.unknownToken == 1)
    #expect(tokenizer.padToken == Int32(tokenizer.targetVocabularySize - 1))
    #expect(tokenizer.pieces([0, 1, 2, -1, .max]) == ["</s>", "<unk>", ">>fra<<", "<unk>", "<unk>"])
    #expect(tokenizer.decode([-5, .max, 0]) == "")
  }

  @Test func vocabulariesCanBeSeparate() throws {
    let folder = try TemporaryFolder()
    try folder.copy(fixture: "marian/source.spm", as: "source.spm")
    try folder.copy(fixture: "marian/target.spm", as: "target.spm")
    try folder.write("vocab.json", #"{"</s>": 0, "<unk>": 1, "▁the": 5}"#.utf8)
    try folder.write("target_vocab.json", #"{"</s>": 3, "<unk>": 4, "▁": 7, "e": 0, "<pad>": 9}"#.utf8)
    try folder.write("tokenizer_config.json", #"{"separate_vocabs": true}"#.utf8)
    let tokenizer = try HuggingFaceMarianTokenizer(ModelFolder(directory: folder.path))
    #expect(tokenizer.sourceVocabularySize == 6)
    #expect(tokenizer.targetVocabularySize == 10)
    #expect(tokenizer.encode("e").ids == [1, 1, 0])
    #expect(tokenizer.encodeTarget("e").ids == [7, 0, 3])
    #expect(tokenizer.endToken == 3)
    #expect(tokenizer.padToken == 9)
    #expect(tokenizer.decode([7, 0, 0, 3]) == "ee")
  }
}
