import Files
import Foundation

/// The tokenizer of a Hugging Face Marian (OPUS-MT) folder: `source.spm`, `target.spm` and `vocab.json`, with
/// `target_vocab.json` where the two sides have separate vocabularies.
///
/// Special tokens written out in a text (`</s>`) are text like any other.
package final class MarianTokenizer: Tokenizer {
  private let source: MarianSide
  private let target: MarianSide
  private let detokenizer: MarianDetokenizer

  /// - Throws: `FileError` naming the file that is missing or wrong.
  package init(directory: String) throws {
    let folder = directory as NSString
    func path(_ name: String) -> String { folder.appendingPathComponent(name) }
    let vocabulary = try Vocabulary(path: path("vocab.json"))
    let isSeparate = try MarianTokenizerSettings(directory: directory).separatesVocabularies
    let targetFile = path(isSeparate ? "target_vocab.json" : "vocab.json")
    let targetVocabulary = isSeparate ? try Vocabulary(path: targetFile) : vocabulary
    source = try MarianSide(
      tokenizer: SentencePieceTokenizer(path: path("source.spm")), vocabulary: vocabulary, file: path("vocab.json"))
    target = try MarianSide(
      tokenizer: SentencePieceTokenizer(path: path("target.spm")), vocabulary: targetVocabulary, file: targetFile)
    guard target.tokenizer.model.denormalization.charactersMap.isEmpty else {
      throw FileError(
        file: path("target.spm"), item: "denormalizer_spec", found: "a character map", expected: "none")
    }
    detokenizer = MarianDetokenizer(target)
  }

  package func encode(_ text: String) -> EncodedText {
    source.encode(text, prefix: LanguagePrefix.range(in: text))
  }

  package func encodeTarget(_ text: String) -> EncodedText { target.encode(text) }

  package func decode(_ ids: [Int32]) -> String { decodeWithRanges(ids).text }

  package func decodeWithRanges(_ ids: [Int32]) -> (text: String, ranges: [Range<Int>]) {
    let decoded = detokenizer.decode(ids)
    return (String(decoding: decoded.bytes, as: UTF8.self), decoded.ranges)
  }

  package func pieces(_ ids: [Int32]) -> [String] {
    ids.map { target.vocabulary.piece($0) ?? MarianSide.unknown }
  }

  package var sourceVocabularySize: Int { source.vocabulary.size }
  package var targetVocabularySize: Int { target.vocabulary.size }
  package var endToken: Int32 { target.endToken }
  package var padToken: Int32? { target.padToken }
  package var unknownToken: Int32 { target.unknownToken }
  package var readsWords: Bool { false }
}
