import Files

/// The tokenizer of a folder in one of Marian's own layouts.
///
/// Either SentencePiece models give the ids, one for both sides or one for each. Or lists number the pieces of
/// SentencePiece models beside them.
package final class MarianTokenizer: TwoSidedTokenizer {
  /// The vocabulary of one side.
  package enum Vocabulary: Sendable {
    case sentencePiece(InputFile)
    /// Words and their ids as YAML; `pieces` is the SentencePiece model that makes the words.
    case list(InputFile, pieces: InputFile?)
  }

  let source: any TokenizerSide
  let target: any TokenizerSide

  /// - Parameter target: nil if both sides have one vocabulary.
  /// - Throws: `FileError` that names the file that is wrong.
  package init(source: Vocabulary, target: Vocabulary?) throws {
    self.source = try Self.side(source)
    self.target = try target.map(Self.side) ?? self.source
  }

  private static func side(_ vocabulary: Vocabulary) throws -> any TokenizerSide {
    switch vocabulary {
    case .sentencePiece(let file): return try SentencePieceSide(SentencePieceTokenizer(file))
    case .list(let list, let pieces):
      guard let pieces else {
        throw FileError(
          file: list.path, item: "pieces", found: "a list of words alone",
          expected: "source.spm and target.spm beside it, which make the words of a text")
      }
      return try ListedSide(SentencePieceTokenizer(pieces), list: list)
    }
  }

  package func encodeTarget(_ text: String) -> EncodedText { target.encode(text) }
}
