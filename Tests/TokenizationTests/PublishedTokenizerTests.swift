import Files
import Support
import Testing
import Tokenization

@Suite struct PublishedTokenizerTests {
  private func longest(_ settings: String) throws -> Int? {
    let folder = try TemporaryFolder()
    try folder.write("tokenizer_config.json", text: settings)
    return try PublishedTokenizer.maxSourceTokens(ModelFolder(directory: folder.path))
  }

  @Test func longestSentenceIsRead() throws {
    #expect(try longest(#"{"model_max_length":36}"#) == 36)
    #expect(try longest(#"{"model_max_length":512.0}"#) == 512)
    #expect(try longest(#"{"model_max_length":1000000000000000019884624838656}"#) == 1_000_000_000)
    #expect(try longest(#"{"model_max_length":null}"#) == nil)
    #expect(try longest("{}") == nil)
    let empty = try TemporaryFolder()
    #expect(try PublishedTokenizer.maxSourceTokens(ModelFolder(directory: empty.path)) == nil)
  }

  @Test(arguments: ["1", "-5", "\"long\"", "[]"])
  func wrongLengthsAreRefused(_ value: String) throws {
    #expect {
      _ = try longest(#"{"model_max_length":\#(value)}"#)
    } throws: {
      "\($0)".contains("model_max_length: found")
    }
  }
}
