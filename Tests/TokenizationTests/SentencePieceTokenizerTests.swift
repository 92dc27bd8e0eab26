import Files
import Testing
import Tokenization

/// Against what the `sentencepiece` library made of the same models and texts.
struct SentencePieceTokenizerTests {
  struct UnigramFile: Decodable {
    struct Case: Decodable {
      var text: String
      var ids: [Int32]
      var pieces: [String]
      var byte_spans: [[Int]]
      var decoded: String
    }
    var cases: [Case]
  }

  struct BPECase: Decodable {
    var text: String
    var ids: [Int32]
    var pieces: [String]
    var decoded: String
  }

  @Test(arguments: ["toy_bytes.spm", "toy_keepws.spm", "toy_nfkc.spm", "toy_user.spm"])
  func unigramModelsGiveTheLibrarysPieces(_ file: String) throws {
    let tokenizer = try SentencePieceTokenizer(InputFile(path: Fixtures.path(file)))
    let expected = try Fixtures.json([String: UnigramFile].self, "toy_spm_expected.json")
    let cases = try #require(expected[file]).cases
    #expect(cases.count == 20)
    for example in cases {
      let tokens = tokenizer.encode(example.text)
      #expect(tokens.map(\.id) == example.ids, "\(example.text)")
      #expect(tokens.map { Array($0.piece.utf8) } == example.pieces.map { Array($0.utf8) }, "\(example.text)")
      #expect(tokens.map { [$0.range.lowerBound, $0.range.upperBound] } == example.byte_spans, "\(example.text)")
      #expect(Array(tokenizer.decode(example.ids).utf8) == Array(example.decoded.utf8), "\(example.text)")
    }
  }

  @Test(arguments: ["bpe.spm", "bpe_bytes.spm", "bpe_unused.spm"])
  func bpeModelsGiveTheLibrarysPieces(_ file: String) throws {
    let tokenizer = try SentencePieceTokenizer(InputFile(path: Fixtures.path(file)))
    let cases = try #require(try Fixtures.json([String: [BPECase]].self, "bpe_expected.json")[file])
    #expect(cases.count > 20)
    for example in cases {
      let tokens = tokenizer.encode(example.text)
      #expect(tokens.map(\.id) == example.ids, "\(example.text)")
      #expect(tokens.map { Array($0.piece.utf8) } == example.pieces.map { Array($0.utf8) }, "\(example.text)")
      #expect(Array(tokenizer.decode(example.ids).utf8) == Array(example.decoded.utf8), "\(example.text)")
    }
  }

  @Test func rangesCoverTheTextInOrder() throws {
    let tokenizer = try SentencePieceTokenizer(InputFile(path: Fixtures.path("bpe.spm")))
    let text = "the  newest 日本 letters"
    let tokens = tokenizer.encode(text)
    let bytes = Array(text.utf8)
    #expect(tokens.flatMap { bytes[$0.range] } == bytes)
  }

  @Test func spaceBeforeAPieceWithASpaceIsNotWritten() throws {
    let tokenizer = try SentencePieceTokenizer(InputFile(path: Fixtures.path("toy_nfkc.spm")))
    // No piece has the snowman, so the space before it is a piece of its own.
    let space = try #require(tokenizer.encode("a ☃").first { $0.piece == "▁" }).id
    let words = ["a", "b"].map { tokenizer.encode($0).map(\.id) }
    #expect(tokenizer.decode(words[0] + [space] + words[1]) == "a b")
  }

  @Test func whiteSpaceAloneGivesNothing() throws {
    let tokenizer = try SentencePieceTokenizer(InputFile(path: Fixtures.path("toy_nfkc.spm")))
    for text in ["", " ", "\t\n ", "\u{3000}", "\u{A0} "] { #expect(tokenizer.encode(text).isEmpty) }
  }

  @Test(arguments: ["bpe.spm", "toy_bytes.spm", "toy_nfkc.spm", "bpe_unused.spm"])
  func aLongTextWithoutSpacesIsCutWhole(_ file: String) throws {
    let tokenizer = try SentencePieceTokenizer(InputFile(path: Fixtures.path(file)))
    let text = String(repeating: "lettersé", count: 12_000)
    let tokens = tokenizer.encode(text)
    #expect(tokens.first?.range.lowerBound == 0)
    #expect(tokens.last?.range.upperBound == text.utf8.count)
  }

  @Test func aRunOfUnknownCharactersIsOneToken() throws {
    let tokenizer = try SentencePieceTokenizer(InputFile(path: Fixtures.path("bpe.spm")))
    let tokens = tokenizer.encode(String(repeating: "語", count: 30_000))
    #expect(tokens.map(\.piece.utf8.count) == [3, 90_000])
    #expect(tokens.last?.range == 0..<90_000)
  }

  @Test func malformedBytesCountAsTheReplacementCharacter() throws {
    let tokenizer = try SentencePieceTokenizer(InputFile(path: Fixtures.path("toy_bytes.spm")))
    let replacement = tokenizer.encode("\u{FFFD}").map(\.id)
    for malformed: [UInt8] in [[0xFF], [0xC0], [0x80], [0xE2]] {
      let tokens = malformed.withUnsafeBufferPointer { tokenizer.encode($0) }
      #expect(tokens.map(\.id) == replacement)
      #expect(tokens.last?.range == 0..<1)
    }
  }

  @Test func idsThatTheModelLacksAreUnknown() throws {
    let tokenizer = try SentencePieceTokenizer(InputFile(path: Fixtures.path("bpe.spm")))
    #expect(tokenizer.decode([-1]) == " \u{2047} ")
    #expect(tokenizer.decode([.max]) == " \u{2047} ")
  }

  @Test func aDenormalizerIsApplied() throws {
    var writer = ModelWriter()
    writer.piece("a", -1)
    writer.denormalizer { rules in
      rules.block(2, CharacterMapWriter.map("a", to: "b"))
      rules.number(3, 0)
    }
    let tokenizer = try SentencePieceTokenizer(SentencePieceModel(bytes: writer.bytes, file: "x.spm"))
    #expect(tokenizer.decode([1, 1]) == "bb")
  }
}
