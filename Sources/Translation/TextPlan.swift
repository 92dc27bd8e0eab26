import Tokenization

/// A text taken apart into what the model can translate: sentences, and clauses of those that are too long.
struct TextPlan: Sendable {
  let text: SegmentedText
  /// One for each piece of `text`.
  let sentences: [SentencePlan]

  /// - Parameter text: split at its sentences.
  init(_ text: SegmentedText, tokenizer: any Tokenizer, positions: Int) {
    let cutter = ClauseCutter(tokenizer: tokenizer, limit: positions)
    self.text = text
    sentences = text.pieces.map { SentencePlan($0, tokenizer: tokenizer, cutter: cutter) }
  }

  var units: Int { sentences.reduce(0) { $0 + $1.clauses.count } }
}

/// One sentence and the token rows it becomes.
struct SentencePlan: Sendable {
  let text: SegmentedText
  /// One for each piece of `text`; none where the tokenizer finds nothing in the sentence, which then stays as it is.
  let clauses: [EncodedText]

  init(_ sentence: String, tokenizer: any Tokenizer, cutter: ClauseCutter) {
    let encoded = tokenizer.encode(sentence)
    let cut = cutter.cut(sentence, encoded: encoded)
    text = cut.text
    clauses = encoded.ids.count > 1 ? cut.clauses : []
  }

  var isCut: Bool { clauses.count > 1 }
}
