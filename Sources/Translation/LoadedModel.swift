import Checkpoint
import Decoding
import Files
import Foundation
import Models
import Tokenization

/// One model as it is served: what turns text into tokens, tokens into tokens, and how it wants to be decoded.
package struct LoadedModel: Sendable {
  package let id: String
  package let pair: LanguagePair
  package let tokenizer: any Tokenizer
  package let summary: ModelSummary
  /// The checkpoint's own; its `maxLength` is the ceiling for every request.
  package let options: DecodingOptions
  /// One for each worker.
  package let makeDecoder: @Sendable () -> any BatchDecoding

  package init(
    id: String, pair: LanguagePair, tokenizer: any Tokenizer, summary: ModelSummary, options: DecodingOptions,
    makeDecoder: @escaping @Sendable () -> any BatchDecoding
  ) {
    self.id = id
    self.pair = pair
    self.tokenizer = tokenizer
    self.summary = summary
    self.options = options
    self.makeDecoder = makeDecoder
  }

  /// Loads a folder as published.
  /// - Parameter pair: where the folder does not say.
  /// - Throws: `FileError`.
  package init(directory: String, pair fallback: LanguagePair? = nil) throws {
    let folder = try MarianFolder(directory: directory)
    let pair = try LanguagePair(folder: directory, fallback: fallback)
    let tokenizer = try MarianTokenizer(directory: directory)
    let model = try ModelLoader.load(folder)
    let summary = model.summary
    for (item, found, expected) in [
      ("source vocabulary", tokenizer.sourceVocabularySize, summary.sourceVocabulary),
      ("target vocabulary", tokenizer.targetVocabularySize, summary.targetVocabulary),
    ] where found > expected {
      throw FileError(
        file: directory, item: item, found: "\(found) ids in the tokenizer",
        expected: "at most the model's \(expected)")
    }
    self.init(
      id: URL(fileURLWithPath: directory).standardizedFileURL.lastPathComponent, pair: pair, tokenizer: tokenizer,
      summary: summary, options: DecodingOptions(folder.generation, positions: summary.maxPositions),
      makeDecoder: { SentenceDecoder(model: model) })
  }

  /// A line of `/models`.
  package var served: ServedModel {
    ServedModel(
      id: id, architecture: summary.architecture, parameters: summary.parameters, bytes: summary.bytes, pair: pair,
      precision: summary.precision, vocabulary: summary.targetVocabulary)
  }
}
