import Tokenization

/// A text taken apart into what the model can translate: sentences, and clauses of those that are too long, or the words
/// of each where the model reads words.
struct TextPlan: Sendable {
  let text: SegmentedText
  /// One for each piece of `text`.
  let sentences: [SentencePlan]

  init(_ passage: SegmentedPassage, tokenizer: any Tokenizer, positions: Int) {
    let cutter = ClauseCutter(tokenizer: tokenizer, limit: positions)
    text = passage.text
    sentences = zip(text.pieces, passage.kept).map { piece, kept in
      SentencePlan(piece, kept: kept, tokenizer: tokenizer, cutter: cutter)
    }
  }

  var units: Int { sentences.reduce(0) { $0 + $1.clauses.count } }
}

/// One sentence and the token rows it becomes.
struct SentencePlan: Sendable {
  let text: SegmentedText
  /// One for each piece of `text`; none where the tokenizer finds nothing in the sentence, which then stays as it is.
  let clauses: [EncodedText]
  /// Bytes of the sentence's UTF-8 that stand in its translation as they are.
  let kept: [Range<Int>]
  /// Something in it had more tokens than the model has positions.
  let isCut: Bool

  init(_ sentence: String, kept: [Range<Int>], tokenizer: any Tokenizer, cutter: ClauseCutter) {
    self.kept = kept
    if tokenizer.readsWords {
      (text, clauses, isCut) = WordCutter(tokenizer: tokenizer, clauses: cutter).cut(sentence)
      return
    }
    let encoded = tokenizer.encode(sentence)
    let cut = cutter.cut(sentence, encoded: encoded)
    text = cut.text
    clauses = encoded.ids.count > 1 ? cut.clauses : []
    isCut = clauses.count > 1
  }
}
