/// A sentence as the model reads it.
package struct EncodedText: Sendable, Equatable {
  /// The end-of-sentence token comes last.
  package var ids: [Int32]
  /// One an id, as the tokenizer spells it; the text itself where it is unknown.
  package var pieces: [String]
  /// The bytes of the text's UTF-8 that each piece covers, a preceding space included; empty at the end for `</s>`.
  package var ranges: [Range<Int>]

  package init(ids: [Int32], pieces: [String], ranges: [Range<Int>]) {
    self.ids = ids
    self.pieces = pieces
    self.ranges = ranges
  }
}

extension EncodedText {
  /// - Parameter capacity: tokens there will be, about.
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

/// Between the text of a sentence and the ids of one model.
package protocol Tokenizer: Sendable {
  /// A text to translate.
  func encode(_ text: String) -> EncodedText
  /// A translation, to be decoded by force.
  func encodeTarget(_ text: String) -> EncodedText
  /// The text of a translation, without special tokens and without white space around it.
  func decode(_ ids: [Int32]) -> String
  /// Pieces of a translation, one an id, as the tokenizer spells them.
  func pieces(_ ids: [Int32]) -> [String]
  /// `decode(ids)`, and for each id the bytes of the text's UTF-8 that it became, a preceding space included; empty for
  /// special tokens.
  func decodeWithRanges(_ ids: [Int32]) -> (text: String, ranges: [Range<Int>])

  /// One more than the highest id.
  var sourceVocabularySize: Int { get }
  /// One more than the highest id.
  var targetVocabularySize: Int { get }
  /// End of sentence, on the target side.
  var endToken: Int32 { get }
  var padToken: Int32? { get }
  var unknownToken: Int32 { get }
  /// Whether the model reads one word at a time.
  var readsWords: Bool { get }
}
