import Tokenization

/// Cuts a sentence that has more tokens than the model has positions: at the last clause end that fits, else at the
/// last space, else between characters.
package struct ClauseCutter: Sendable {
  private let tokenizer: any Tokenizer
  /// Tokens a clause, end of sentence included.
  private let limit: Int

  package init(tokenizer: any Tokenizer, limit: Int) {
    self.tokenizer = tokenizer
    self.limit = max(limit, 2)
  }

  /// - Parameter encoded: `sentence` as the tokenizer gives it.
  /// - Returns: the clauses, each with its own tokens, at most the limit; one where the sentence fits.
  package func cut(_ sentence: String, encoded: EncodedText) -> (text: SegmentedText, clauses: [EncodedText]) {
    let scalars = Array(sentence.unicodeScalars)
    guard encoded.ids.count > limit else {
      return (SegmentedText(scalars, pieces: [0..<scalars.count]), [encoded])
    }
    var ranges: [Range<Int>] = []
    var clauses: [EncodedText] = []
    let ends = tokenEnds(encoded, in: scalars)
    var start = 0
    var token = 0
    while start < scalars.count {
      while token < ends.count, ends[token] <= start { token += 1 }
      let (range, clause) = clause(scalars, from: start, ends: ends[token...])
      ranges.append(range)
      clauses.append(clause)
      start = range.upperBound
      while start < scalars.count, SentenceMarks.isSpace(scalars[start]) { start += 1 }
    }
    return (SegmentedText(scalars, pieces: ranges), clauses)
  }

  /// The longest clause at `start` that fits. A part of a sentence may have other tokens than it has within the whole,
  /// so each is counted for itself, and tried again shorter where it has too many.
  private func clause(
    _ scalars: [Unicode.Scalar], from start: Int, ends: ArraySlice<Int>
  ) -> (range: Range<Int>, encoded: EncodedText) {
    var tokens = limit - 1
    while true {
      let window = tokens < ends.count || tokens == 0 ? end(of: tokens, in: ends, past: start) : scalars.count
      let range = start..<trimmed(scalars, start..<cut(scalars, start..<window))
      var encoded = tokenizer.encode(String(String.UnicodeScalarView(scalars[range])))
      if encoded.ids.count <= limit { return (range, encoded) }
      if range.count == 1 {
        keepFirst(&encoded)
        return (range, encoded)
      }
      tokens = min(tokens, ends.count) / 2
    }
  }

  /// Where the first tokens end, at least one scalar on.
  private func end(of tokens: Int, in ends: ArraySlice<Int>, past start: Int) -> Int {
    tokens == 0 ? start + 1 : max(start + 1, ends[ends.startIndex + tokens - 1])
  }

  /// Where to cut within a window that does not reach the end, else the end.
  private func cut(_ scalars: [Unicode.Scalar], _ window: Range<Int>) -> Int {
    guard window.upperBound < scalars.count else { return scalars.count }
    var space: Int?
    for index in (window.lowerBound + 1...window.upperBound).reversed() {
      let mark = scalars[index - 1]
      let isSpace = SentenceMarks.isSpace(scalars[index])
      if SentenceMarks.unspacedClause.contains(mark) || (isSpace && SentenceMarks.clause.contains(mark)) {
        return index
      }
      if isSpace && space == nil { space = index }
    }
    return space ?? window.upperBound
  }

  private func trimmed(_ scalars: [Unicode.Scalar], _ range: Range<Int>) -> Int {
    var end = range.upperBound
    while end > range.lowerBound + 1, SentenceMarks.isSpace(scalars[end - 1]) { end -= 1 }
    return end
  }

  /// A single character whose normal form alone is longer than the model's positions.
  private func keepFirst(_ encoded: inout EncodedText) {
    let kept = limit - 1
    encoded.ids = encoded.ids.prefix(kept) + encoded.ids.suffix(1)
    encoded.pieces = encoded.pieces.prefix(kept) + encoded.pieces.suffix(1)
    encoded.ranges = encoded.ranges.prefix(kept) + encoded.ranges.suffix(1)
  }

  /// The tokens' ends as offsets of scalars instead of bytes; a token that ends within a scalar ends before it.
  private func tokenEnds(_ encoded: EncodedText, in scalars: [Unicode.Scalar]) -> [Int] {
    var ends: [Int] = []
    var index = 0
    var bytes = 0
    for range in encoded.ranges.dropLast() {
      while index < scalars.count, bytes + UTF8.width(scalars[index]) <= range.upperBound {
        bytes += UTF8.width(scalars[index])
        index += 1
      }
      ends.append(index)
    }
    return ends
  }
}
