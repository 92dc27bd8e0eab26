import Files
import Foundation
import Support
import Testing
import Tokenization

struct MarianTokenizerTests {
  private struct Expected: Decodable {
    struct Case: Decodable {
      var text: String
      var ids: [Int32]
      var pieces: [String]
      var decoded: String
    }
    var size: Int
    var cases: [Case]
  }

  static let files = ["toy_nfkc.spm", "toy_keepws.spm", "toy_bytes.spm", "toy_user.spm"]

  private func shared(_ path: String) throws -> MarianTokenizer {
    try MarianTokenizer(source: .sentencePiece(InputFile(path: path)), target: nil)
  }

  @Test(arguments: files)
  func idsAreThoseOfSentencePieceWithTheEnd(file: String) throws {
    let tokenizer = try shared(Fixtures.path(file))
    let expected = try #require(try Fixtures.json([String: Expected].self, "toy_spm_expected.json")[file])
    #expect(tokenizer.sourceVocabularySize == expected.size && tokenizer.targetVocabularySize == expected.size)
    #expect(tokenizer.endToken == 0 && tokenizer.unknownToken == 1 && tokenizer.padToken == nil)
    for example in expected.cases {
      let encoded = tokenizer.encode(example.text)
      #expect(encoded.ids == example.ids + [0], "\(example.text)")
      #expect(encoded.pieces == example.pieces + ["</s>"])
      #expect(encoded.ranges.last == example.text.utf8.count..<example.text.utf8.count)
      #expect(tokenizer.encodeTarget(example.text) == encoded)
    }
  }

  @Test(arguments: files)
  func textsAreThoseOfSentencePieceWithoutSpaceAround(file: String) throws {
    let tokenizer = try shared(Fixtures.path(file))
    let expected = try #require(try Fixtures.json([String: Expected].self, "toy_spm_expected.json")[file])
    for example in expected.cases {
      let (text, ranges) = tokenizer.decodeWithRanges(example.ids + [0])
      let start = example.decoded.drop { $0.isWhitespace }
      #expect(text == String(start.reversed().drop { $0.isWhitespace }.reversed()), "\(example.text)")
      #expect(ranges.count == example.ids.count + 1 && ranges.last?.isEmpty == true)
      let bytes = Array(text.utf8)
      #expect(ranges.flatMap { bytes[$0] } == bytes)
    }
  }

  @Test func separateSidesKeepTheirOwnIds() throws {
    let tokenizer = try MarianTokenizer(
      source: .sentencePiece(InputFile(path: NativeFixture.path("marian-native/vocab.spm"))),
      target: .sentencePiece(InputFile(path: NativeFixture.path("marian-native/trgvocab.spm"))))
    #expect(tokenizer.sourceVocabularySize == 64 && tokenizer.targetVocabularySize == 80)
    for example in try NativeFixture.expected("separate") {
      #expect(tokenizer.encode(example.text).ids == example.source)
      #expect(tokenizer.decode(example.target) == example.translation)
    }
    #expect(tokenizer.decode(tokenizer.encodeTarget("le safran").ids) == "le safran")
    #expect(tokenizer.pieces([0, 1, 80, -1]) == ["</s>", "<unk>", "<unk>", "<unk>"])
  }

  @Test func listNumbersThePiecesOfAModel() throws {
    let model = Fixtures.path("toy_nfkc.spm")
    let plain = try shared(model)
    let lines = plain.pieces((0..<93).map { Int32($0) }).enumerated().map { id, piece in
      let key = piece.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
      return "\"\(key)\": \(92 - id)"
    }
    let folder = try Support.TemporaryFolder()
    let list = try folder.write("vocab.yml", text: lines.joined(separator: "\n") + "\n")
    let tokenizer = try MarianTokenizer(
      source: .list(InputFile(path: list), pieces: InputFile(path: model)), target: nil)
    #expect(tokenizer.endToken == 92 && tokenizer.unknownToken == 91)
    let text = "A tall nurse follows café menus on Tuesday."
    #expect(tokenizer.encode(text).ids == plain.encode(text).ids.map { 92 - $0 })
    #expect(tokenizer.decode(tokenizer.encode(text).ids) == text)
  }

  @Test func unusableVocabulariesAreNamed() throws {
    let folder = try Support.TemporaryFolder()
    let list = try folder.write("vocab.yml", text: "</s>: 0\n<unk>: 1\n")
    let alone = thrownError(FileError.self) {
      try MarianTokenizer(source: .list(InputFile(path: list), pieces: nil), target: nil)
    }
    #expect(alone?.item == "pieces")
    #expect(throws: FileError.self) { try shared(folder.path + "/none.spm") }
    // The unknown piece, and "a".
    let endless: [UInt8] = [0x0A, 9, 0x0A, 5] + Array("<unk>".utf8) + [0x18, 2, 0x0A, 3, 0x0A, 1, UInt8(ascii: "a")]
    let path = try folder.write("vocab.spm", endless)
    let noEnd = thrownError(FileError.self) { try shared(path) }
    #expect(noEnd?.item == "</s>")
  }
}
