import Tokenization

/// One sentence's translation as it comes to be: parts of its text in their order, though its clauses are decoded side by
/// side.
struct SentenceStream {
  private struct Clause {
    let source: String
    var text: GrowingText
    /// Tokens that came while an earlier clause was being told.
    var waiting: [Int32] = []
    /// All tokens, once they are known.
    var whole: [Int32]?
  }

  private let tokenizer: any Tokenizer
  private let gaps: [String]
  private var clauses: [Clause]
  private var current = 0
  /// White space before the next part.
  private var gap: String
  /// What was not translated at all.
  private var untouched: String

  init(_ plan: SentencePlan, tokenizer: any Tokenizer) {
    self.tokenizer = tokenizer
    gaps = plan.text.gaps
    gap = gaps[0]
    clauses = zip(plan.text.pieces, plan.clauses).map { Clause(source: $0.0, text: GrowingText(tokenizer)) }
    untouched = plan.clauses.isEmpty ? plan.text.joining(plan.text.pieces) : ""
  }

  /// - Returns: the parts that can be told now, none of them empty.
  mutating func receive(_ tokens: [Int32], clause: Int) -> [String] {
    clauses[clause].waiting += tokens
    return advance()
  }

  /// - Parameter tokens: of the clause's best hypothesis, from its first.
  mutating func finish(_ tokens: [Int32], clause: Int) -> [String] {
    clauses[clause].whole = tokens
    return advance()
  }

  /// What is left to tell once all is translated.
  mutating func end() -> [String] {
    defer { untouched = "" }
    return untouched.isEmpty ? [] : [untouched]
  }

  private mutating func advance() -> [String] {
    var parts: [String] = []
    while current < clauses.count {
      let waiting = clauses[current].waiting
      clauses[current].waiting = []
      for token in waiting { add(clauses[current].text.append(token), to: &parts) }
      guard let whole = clauses[current].whole else { break }
      finishCurrent(whole, &parts)
    }
    return parts
  }

  private mutating func finishCurrent(_ tokens: [Int32], _ parts: inout [String]) {
    for token in tokens.dropFirst(clauses[current].text.tokens.count) {
      add(clauses[current].text.append(token), to: &parts)
    }
    let text = tokenizer.decode(tokens)
    add(clauses[current].text.finish(text.isEmpty ? clauses[current].source : text), to: &parts)
    current += 1
    gap += gaps[current]
    if current == clauses.count, !gap.isEmpty {
      parts.append(gap)
      gap = ""
    }
  }

  private mutating func add(_ part: String, to parts: inout [String]) {
    guard !part.isEmpty else { return }
    parts.append(gap + part)
    gap = ""
  }
}
