import Tokenization

/// A stretch of a sentence that goes to the model as one, or that stays as it is. The parts of a sentence with what
/// stands before and behind them are the sentence, byte for byte.
struct SentencePart: Sendable {
  /// Neither is translated.
  var before = ""
  var after = ""
  let text: String
  /// nil where the part stays as it is.
  let encoded: EncodedText?
  /// Bytes of `text` that stand in its translation as they are.
  let kept: [Range<Int>]
  /// One of several that a stretch too long for the model was cut into.
  var isClause = false

  /// Whether there is something that a translation must not change.
  var mayBreak: Bool { !kept.isEmpty || text.utf8.contains(where: ASCII.isDigit) }
}
