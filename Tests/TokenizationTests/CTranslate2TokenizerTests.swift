import Files
import Support
import Testing
import Tokenization

/// Lists of pieces whose places are the ids, and the special tokens that the settings ask for.
@Suite struct CTranslate2TokenizerTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func list(_ text: String, isJSON: Bool = false, unknown: String = "<unk>") throws -> PieceList {
    try PieceList(InputFile(path: folder.write("list", text: text)), isJSON: isJSON, unknown: unknown)
  }

  private func tokenizer(
    _ list: PieceList, startsSource: Bool = false, endsSource: Bool = false
  ) throws -> CTranslate2Tokenizer {
    try CTranslate2Tokenizer(
      source: list, target: list, cutting: nil,
      tokens: .init(
        unknown: "<unk>", start: "<s>", end: "</s>", decoderStart: "<s>", startsSource: startsSource,
        endsSource: endsSource))
  }

  @Test(arguments: [
    ("a\nb\n", ["a", "b", "<unk>"]), ("a\nb", ["a", "b", "<unk>"]), ("<unk>\na\n", ["<unk>", "a"]),
    ("a\r\nb\r\n<unk>\r\n", ["a", "b", "<unk>"]), ("a\r\nb\n<unk>\n", ["a\r", "b", "<unk>"]),
    (" a \n\u{2581}\n<unk>\n", [" a ", "\u{2581}", "<unk>"]),
  ])
  func linesAreIDs(text: String, pieces: [String]) throws {
    let list = try list(text)
    #expect(list.count == pieces.count)
    #expect(pieces.indices.allSatisfy { list.id(of: pieces[$0]) == Int32($0) })
  }

  @Test func stringsOfAnArrayAreIDs() throws {
    let list = try list(#"["<unk>", "a\n", "\u2581b"]"#, isJSON: true)
    #expect(list.count == 3 && list.id(of: "a\n") == 1 && list.id(of: "\u{2581}b") == 2)
    #expect(list.id(of: "c") == nil)
  }

  @Test func firstOfEqualPiecesCounts() throws {
    let list = try list("a\n<unk>\na\nb\n")
    #expect(list.id(of: "a") == 0 && list.id(of: "b") == 3 && list.count == 4)
  }

  /// Swift calls both spellings equal.
  @Test func piecesOfDifferentNormalFormsDiffer() throws {
    let list = try list("\u{E9}\ne\u{301}\n<unk>\n")
    #expect(list.id(of: "\u{E9}") == 0 && list.id(of: "e\u{301}") == 1)
  }

  @Test func brokenListsAreRefused() throws {
    #expect(failureMessage { _ = try list("") }.contains("no pieces"))
    #expect(failureMessage { _ = try list("{}", isJSON: true) }.contains("'['"))
    #expect(failureMessage { _ = try list("[1]", isJSON: true) }.contains("byte 1"))
    let path = try folder.write("bytes", [0x61, 0x0A, 0xFF, 0x0A])
    #expect(
      failureMessage { _ = try PieceList(InputFile(path: path), isJSON: false, unknown: "<unk>") }.contains("line 2"))
  }

  @Test func wordsBetweenSpacesAreTokens() throws {
    let tokenizer = try tokenizer(list("a\nb\n<unk>\n<s>\n</s>\n"))
    let encoded = tokenizer.encode("a  b c")
    #expect(encoded.ids == [0, 1, 2])
    #expect(encoded.pieces == ["a", "b", "c"])
    #expect(encoded.ranges == [0..<1, 1..<4, 4..<6])
    #expect(tokenizer.decode([3, 1, 0, 1, 4]) == "b a b")
    #expect(tokenizer.decodeWithRanges([1, 0, 4]).ranges == [0..<1, 1..<3, 3..<3])
  }

  /// The ids of `tokenizer.json` mean nothing, its pieces do.
  @Test(arguments: ["unigram", "bpe"]) func tokenizerJSONCutsTexts(name: String) throws {
    let path = Fixtures.path("tokenizer_json/\(name)/tokenizer.json")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let file = try folder.write("tokenizer.json", text: text)
    let own = try TokenizerJSON(ModelFolder(directory: folder.path)).encode("the house")
    let list = try list((Set(own.pieces).sorted() + ["<unk>", "<s>"]).joined(separator: "\n"))
    let tokenizer = try CTranslate2Tokenizer(
      source: list, target: list, cutting: .json(InputFile(path: file)),
      tokens: .init(
        unknown: "<unk>", start: "<s>", end: own.pieces.last ?? "", decoderStart: "<s>", startsSource: false,
        endsSource: true))
    let encoded = tokenizer.encode("the house")
    #expect(encoded.pieces == own.pieces && encoded.ranges == own.ranges)
    #expect(encoded.ids == own.pieces.map { list.id(of: $0) })
  }

  @Test func specialTokensFollowTheSettings() throws {
    let list = try list("a\n<unk>\n<s>\n</s>\n>>fra<<\n")
    #expect(try tokenizer(list).encode("a").ids == [0])
    #expect(try tokenizer(list, endsSource: true).encode("a").ids == [0, 3])
    #expect(try tokenizer(list, startsSource: true, endsSource: true).encode("a").ids == [2, 0, 3])
    #expect(try tokenizer(list, endsSource: true).encode(">>fra<< a").ids == [4, 0, 3])
    #expect(try tokenizer(list, endsSource: true).encode(">>deu<<a").ids == [1, 3])
    #expect(try tokenizer(list).encodeTarget("a a").ids == [0, 0, 3])
  }

  /// Models cannot read a source without tokens.
  @Test func emptySourceIsItsEnd() throws {
    let tokenizer = try tokenizer(list("a\n<unk>\n<s>\n</s>\n"))
    #expect(tokenizer.encode("").ids == [3])
    #expect(tokenizer.encode("  ").ids == [3])
  }

  @Test func missingSpecialTokensAreNamed() throws {
    let list = try list("a\n<unk>\n")
    #expect(failureMessage { _ = try tokenizer(list, endsSource: true) }.contains("</s>: found no such piece"))
  }
}
