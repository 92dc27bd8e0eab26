import Files

/// The tokenizer of a folder in one of Marian's own layouts.
///
/// Either SentencePiece models give the ids, one for both sides or one for each. Or lists number the pieces of
/// SentencePiece models beside them.
package final class MarianTokenizer: Tokenizer {
  /// The vocabulary of one side.
  package enum Vocabulary: Sendable {
    case sentencePiece(InputFile)
    /// Words and their ids as YAML; `pieces` is the SentencePiece model that makes the words.
    case list(InputFile, pieces: InputFile?)
  }

  private let source: any TokenizerSide
  private let target: any TokenizerSide

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

  package func encode(_ text: String) -> EncodedText { source.encode(text) }

  package func encodeTarget(_ text: String) -> EncodedText { target.encode(text) }

  package func decode(_ ids: [Int32]) -> String { decodeWithRanges(ids).text }

  package func decodeWithRanges(_ ids: [Int32]) -> (text: String, ranges: [Range<Int>]) {
    let decoded = target.decode(ids)
    return (String(decoding: decoded.bytes, as: UTF8.self), decoded.ranges)
  }

  package func pieces(_ ids: [Int32]) -> [String] { ids.map { target.piece($0) ?? SpecialPiece.unknown } }

  package var sourceVocabularySize: Int { source.size }
  package var targetVocabularySize: Int { target.size }
  package var endToken: Int32 { target.endToken }
  package var padToken: Int32? { target.padToken }
  package var unknownToken: Int32 { target.unknownToken }
  package var readsWords: Bool { false }
}
