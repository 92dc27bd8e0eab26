import Checkpoint
import Decoding
import Files

extension DecodingOptions {
  /// As a folder in Marian's own layout asks to be decoded: a translation that reaches its limit is cut there, without
  /// an end of sentence.
  /// - Parameter positions: target tokens that the model has positions for.
  /// - Throws: `FileError` where it asks for a word penalty.
  init(_ folder: NativeMarianFolder, unknownToken: Int32, positions: Int) throws {
    let decoding = folder.decoding
    guard decoding.wordPenalty == 0 else {
      throw FileError(
        file: folder.directory, item: "word-penalty", found: "\(decoding.wordPenalty)",
        expected: "0: others are not supported")
    }
    self.init()
    beam = decoding.beam
    lengthPenalty = decoding.normalize
    maxLength = positions
    forbiddenTokens = decoding.allowsUnknown ? [] : [unknownToken]
  }
}
