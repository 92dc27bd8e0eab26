import Files
import Support
import Testing
import Tokenization

/// Words as letters, pronunciations as symbols.
struct LetterTokenizerTests {
  private static let letters = #"{"<pad>":0,"<unk>":1,"</s>":2,"a":3,"b":4,"é":5}"#
  private static let symbols = #"{"<pad>":0,"<unk>":1,"<s>":2,"</s>":3,"AA":4,"B":5,"ː":6}"#

  private func open(
    _ settings: String, letters: String = letters, symbols: String = symbols
  ) throws -> any Tokenizer {
    let folder = try TemporaryFolder()
    try folder.write("tokenizer_config.json", text: #"{"tokenizer_class":"LetterTokenizer""# + settings + "}")
    try folder.write("vocab.json", text: letters)
    try folder.write("target_vocab.json", text: symbols)
    return try PublishedTokenizer.open(ModelFolder(directory: folder.path))
  }

  @Test func eachLetterIsAToken() throws {
    let encoded = try open("").encode("aéxA")
    #expect(encoded.ids == [3, 5, 1, 1, 2])
    #expect(encoded.pieces == ["a", "é", "x", "A", "</s>"])
    #expect(encoded.ranges == [0..<1, 1..<3, 3..<4, 4..<5, 5..<5])
    #expect(try open(#","do_lower_case":true"#).encode("AÉB").ids == [3, 5, 4, 2])
  }

  @Test func wordsOfOneLengthStartAndEndInPadding() throws {
    let tokenizer = try open(
      #","source_length":6,"bos_token":"a","unk_token":"</s>""#)
    let encoded = tokenizer.encode("bx")
    #expect(encoded.ids == [3, 4, 2, 2, 0, 0])
    #expect(encoded.ranges == [0..<0, 0..<1, 1..<2, 2..<2, 2..<2, 2..<2])
    #expect(tokenizer.encode("bbbbbbb").ids.count == 9)
  }

  @Test func symbolsAndBack() throws {
    let spaced = try open(#","target_separator":" ""#)
    #expect(spaced.encodeTarget(" AA  B Q").ids == [4, 5, 1, 3])
    let (text, ranges) = spaced.decodeWithRanges([2, 4, 5, 1, 4, 3])
    #expect(text == "AA B AA")
    #expect(ranges == [0..<0, 0..<2, 2..<4, 4..<4, 4..<7, 7..<7])
    #expect(spaced.pieces([4, 3, -1]) == ["AA", "</s>", "<unk>"])
    let tight = try open("")
    #expect(tight.encodeTarget("Bː").ids == [5, 6, 3])
    #expect(tight.decode([5, 6, 6, 3]) == "Bːː")
  }

  @Test func specialTokens() throws {
    let tokenizer = try open("")
    #expect(tokenizer.endToken == 3 && tokenizer.padToken == 0 && tokenizer.unknownToken == 1)
    #expect(tokenizer.sourceVocabularySize == 6 && tokenizer.targetVocabularySize == 7)
  }

  @Test func missingFilesAndPiecesAreNamed() throws {
    #expect(throws: FileError.self) { try open("", letters: #"{"a":0}"#) }
    #expect(throws: FileError.self) { try open(#","target_separator":"--""#) }
    #expect(throws: FileError.self) { try open(#","source_length":-1"#) }
  }
}
