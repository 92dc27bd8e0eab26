import Files

/// A sentence as the tokens that a model reads.
package struct EncodedText: Sendable, Equatable {
  /// Ids of the tokens; the end of sentence comes last.
  package var ids: [Int32]
  /// Pieces, one per id, in the tokenizer's spelling; the text itself if it is unknown.
  package var pieces: [String]
  /// Ranges in the text's UTF-8, one per piece, a preceding space included; empty at the end for `</s>`.
  package var ranges: [Range<Int>]

  package init(ids: [Int32], pieces: [String], ranges: [Range<Int>]) {
    self.ids = ids
    self.pieces = pieces
    self.ranges = ranges
  }
}

extension EncodedText {
  /// - Parameter capacity: expected number of tokens.
  init(capacity: Int) {
    self.init(ids: [], pieces: [], ranges: [])
    ids.reserveCapacity(capacity)
    pieces.reserveCapacity(capacity)
    ranges.reserveCapacity(capacity)
  }

  mutating func append(_ id: Int32, _ piece: String, _ range: Range<Int>) {
    ids.append(id)
    pieces.append(piece)
    ranges.append(range)
  }
}

/// The conversion between the text of a sentence and the ids of one model.
package protocol Tokenizer: Sendable {
  /// Cuts a text that is to be translated into tokens.
  func encode(_ text: String) -> EncodedText
  /// Cuts a translation into tokens, for a forced decoding.
  func encodeTarget(_ text: String) -> EncodedText
  /// The text of a translation, without special tokens and without white space around it.
  func decode(_ ids: [Int32]) -> String
  /// Pieces of a translation, one per id, in the tokenizer's spelling.
  func pieces(_ ids: [Int32]) -> [String]
  /// The text of `decode(ids)`, and one range per id in the text's UTF-8, a preceding space included; empty for special
  /// tokens.
  func decodeWithRanges(_ ids: [Int32]) -> (text: String, ranges: [Range<Int>])

  /// One more than the highest id.
  var sourceVocabularySize: Int { get }
  /// One more than the highest id.
  var targetVocabularySize: Int { get }
  /// The end of sentence on the target side.
  var endToken: Int32 { get }
  var padToken: Int32? { get }
  var unknownToken: Int32 { get }
  /// Whether the model reads one word at a time.
  var readsWords: Bool { get }
  /// The tokens that name languages; nil if the model has one pair.
  var languages: LanguageTokens? { get }
}

extension Tokenizer {
  package var languages: LanguageTokens? { nil }
}

extension EncodedText {
  /// Whether a token stands for text.
  package var hasText: Bool { ranges.contains { !$0.isEmpty } }
}

extension InputFile {
  /// The largest vocabularies in use take about 10 MB.
  private static let maxTokenizerSize = 64 << 20

  /// All bytes of a file of a tokenizer.
  /// - Throws: `FileError` if the file is larger than any vocabulary in use, or cannot be read.
  func tokenizerBytes() throws -> [UInt8] {
    guard count <= Self.maxTokenizerSize else {
      throw FileError(file: path, item: "file", found: "\(count) bytes", expected: "at most \(Self.maxTokenizerSize)")
    }
    return try withBytes { Array($0) }
  }
}
