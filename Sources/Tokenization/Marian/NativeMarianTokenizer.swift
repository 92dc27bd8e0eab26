import Files

/// The tokenizer of a folder in Marian's own layout: a SentencePiece model for both sides or one for each, whose ids are
/// the model's, or lists that number the pieces of SentencePiece models beside them.
package final class NativeMarianTokenizer: Tokenizer {
  package enum Vocabulary: Sendable, Equatable {
    case sentencePiece(path: String)
    /// Words and their ids as YAML; `pieces` is the SentencePiece model that makes the words.
    case list(path: String, pieces: String?)
  }

  private let source: any NativeSide
  private let target: any NativeSide

  /// - Throws: `FileError` naming the file that is missing or wrong.
  package init(source: Vocabulary, target: Vocabulary) throws {
    self.source = try Self.side(source)
    self.target = source == target ? self.source : try Self.side(target)
  }

  private static func side(_ vocabulary: Vocabulary) throws -> any NativeSide {
    switch vocabulary {
    case .sentencePiece(let path): return try SentencePieceSide(SentencePieceTokenizer(path: path))
    case .list(let path, let pieces):
      guard let pieces else {
        throw FileError(
          file: path, item: "pieces", found: "a list of words alone",
          expected: "source.spm and target.spm beside it, which make the words of a text")
      }
      return try ListedSide(SentencePieceTokenizer(path: pieces), list: path)
    }
  }

  package func encode(_ text: String) -> EncodedText { source.encode(text) }

  package func encodeTarget(_ text: String) -> EncodedText { target.encode(text) }

  package func decode(_ ids: [Int32]) -> String { decodeWithRanges(ids).text }

  package func decodeWithRanges(_ ids: [Int32]) -> (text: String, ranges: [Range<Int>]) {
    let decoded = target.decode(ids)
    return (String(decoding: decoded.bytes, as: UTF8.self), decoded.ranges)
  }

  package func pieces(_ ids: [Int32]) -> [String] { ids.map { target.piece($0) ?? MarianSide.unknown } }

  package var sourceVocabularySize: Int { source.size }
  package var targetVocabularySize: Int { target.size }
  package var endToken: Int32 { target.endToken }
  package var padToken: Int32? { target.padToken }
  package var unknownToken: Int32 { target.unknownToken }
  package var readsWords: Bool { false }
}
