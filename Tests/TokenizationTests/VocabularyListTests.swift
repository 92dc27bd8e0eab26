import Files
import Support
import Testing
import Tokenization

/// `vocab.yml`, through the tokenizer that reads it.
struct VocabularyListTests {
  private func pieces(_ text: String, count: Int) throws -> [String] {
    let folder = try Support.TemporaryFolder()
    let list = try folder.write("vocab.yml", text: text)
    let model = Fixtures.path("toy_nfkc.spm")
    let tokenizer = try MarianTokenizer(
      source: .list(InputFile(path: list), pieces: InputFile(path: model)), target: nil)
    return tokenizer.pieces((0..<count).map { Int32($0) })
  }

  private static let head = "</s>: 0\n<unk>: 1\n"

  @Test func plainAndQuotedPieces() throws {
    let text =
      Self.head + #"""
        "▁the": 2
        ▁a: 3
        ",": 4
        "\"": 5
        '''': 6
        "\\": 7
        a: b: 8
        "\xe9": 9
        "\u2581x\U0001F600": 10
        'it''s':   11
        ▁:: 12
        "\t": 13
        """#
    let expected = [
      "</s>", "<unk>", "▁the", "▁a", ",", "\"", "'", "\\", "a: b", "é", "▁x😀", "it's", "▁:", "\t",
    ]
    #expect(try pieces(text, count: expected.count) == expected)
  }

  @Test func emptyLinesAndCommentsAreSkipped() throws {
    #expect(try pieces("\u{FEFF}---\n# words\n\n" + Self.head + "x: 2\r\n  \n", count: 3) == ["</s>", "<unk>", "x"])
  }

  @Test(arguments: [
    "x", "x:", "x: y", ": 2", "x:2", "\"x: 2", "\"x\" 2", "'x: 2", "\"\\q\": 2", "\"\\ud800\": 2", "\"\\x4\": 2",
    "x: 99999999999999999999", "x: -1", "x: 1", "<unk>: 2", "x: 4000000", "\"\\", "\"\\u12", "'",
  ])
  func brokenLinesAreRefused(_ line: String) {
    #expect(throws: FileError.self) { try pieces(Self.head + line + "\n", count: 2) }
  }
}
