import Files
import Support
import Testing
import Tokenization

/// `vocab.json` from untrusted sources.
struct VocabularyTests {
  private func failure(_ json: some Sequence<UInt8>) throws -> FileError? {
    let folder = try TemporaryFolder()
    try folder.copy(fixture: "marian/source.spm", as: "source.spm")
    try folder.copy(fixture: "marian/target.spm", as: "target.spm")
    try folder.write("vocab.json", json)
    do {
      _ = try HuggingFaceMarianTokenizer(ModelFolder(directory: folder.path))
      return nil
    } catch {
      return try #require(error as? FileError)
    }
  }

  @Test func acceptsEveryEscape() throws {
    #expect(try failure(#"{"</s>":0,"<unk>":1,"\u2581\ud83d\ude00\n\t\"\\\/\b\f\r": 2 }"#.utf8) == nil)
  }

  @Test func piecesOfDifferentNormalFormsAreDifferent() throws {
    #expect(try failure("{\"</s>\":0,\"<unk>\":1,\"\u{E9}\":2,\"e\u{301}\":3}".utf8) == nil)
  }

  @Test(arguments: [
    ("", "'{'"), ("[]", "'{'"), ("{", "'\"'"), (#"{"a"}"#, "':'"), (#"{"a":}"#, "a whole number"),
    (#"{"a":"1"}"#, "a whole number"), (#"{"a":1.5}"#, "a whole number"), (#"{"a":1e3}"#, "a whole number"),
    (#"{"a":true}"#, "a whole number"), (#"{"a":null}"#, "a whole number"), (#"{"a":[1]}"#, "a whole number"),
    (#"{"a":99999999999999999999}"#, "a 64-bit number"), (#"{"a":-}"#, "a 64-bit number"), (#"{"a":1,}"#, "'\"'"),
    (#"{"a":1}x"#, "the end"), (#"{"a"#, "its closing quote"), (#"{"\x":1}"#, "one of \"\\/bfnrtu"),
    (#"{"\ud800":1}"#, "both halves"), (#"{"\udc00":1}"#, "both halves"), (#"{"\ud800\u0041":1}"#, "both halves"),
    (#"{"\u12":1}"#, "a hexadecimal digit"), ("{\"a\nb\":1}", "an escape"), ("{}", "at least one"),
  ])
  func otherJSONIsRefused(_ json: String, _ expected: String) throws {
    #expect(try failure(json.utf8)?.expected == expected)
  }

  @Test func idsOutOfRangeOrGivenTwiceAreRefused() throws {
    #expect(try failure(#"{"a":-1}"#.utf8)?.found == "id -1")
    #expect(try failure(#"{"a":1048576}"#.utf8)?.expected == "0 to 1048575")
    #expect(try failure(#"{"a":1,"b":1}"#.utf8)?.expected == "an id of its own")
    #expect(try failure(#"{"a":1,"a":2}"#.utf8)?.found == "ids 1 and 2")
  }

  @Test func malformedTextIsRefused() throws {
    #expect(try failure([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D])?.found == "malformed UTF-8")
  }

  @Test func deepNestingIsRefused() throws {
    #expect(try failure(repeatElement(UInt8(ascii: "["), count: 1_000_000))?.expected == "'{'")
  }

  @Test func missingSpecialTokensAreNamed() throws {
    #expect(try failure(#"{"<unk>":1}"#.utf8)?.item == "</s>")
    #expect(try failure(#"{"</s>":1}"#.utf8)?.item == "<unk>")
  }

  @Test func aMissingFileIsNamed() throws {
    let folder = try TemporaryFolder()
    #expect(throws: FileError.self) { try HuggingFaceMarianTokenizer(ModelFolder(directory: folder.path)) }
  }
}
