import Files

/// The tokenizer of a T5 folder: `spiece.model`, whose ids are the model's. MADLAD-400's has a piece per language, which
/// comes before the text.
package final class T5Tokenizer: TwoSidedTokenizer {
  let source: any TokenizerSide
  let target: any TokenizerSide

  /// - Throws: `FileError` that names the file that is missing or wrong.
  package init(_ folder: ModelFolder) throws {
    let side = try SentencePieceSide(SentencePieceTokenizer(folder.open("spiece.model")))
    (source, target) = (side, side)
  }

  package func encodeTarget(_ text: String) -> EncodedText { target.encode(text) }
}
