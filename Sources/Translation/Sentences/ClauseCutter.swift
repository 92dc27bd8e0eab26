import Tokenization

/// Cuts a sentence that has more tokens than the model is good for: at the last clause end that fits, else at the
/// last space, else between characters. What is kept is never cut.
package struct ClauseCutter: Sendable {
  private let tokenizer: any Tokenizer
  /// Tokens a clause, end of sentence included.
  private let limit: Int

  package init(tokenizer: any Tokenizer, limit: Int) {
    self.tokenizer = tokenizer
    self.limit = max(limit, 2)
  }

  /// - Parameters:
  ///   - encoded: `sentence` as the tokenizer gives it.
  ///   - kept: bytes of its UTF-8.
  /// - Returns: the clauses, each with its own tokens, at most the limit; one where the sentence fits. What can not be
  ///   cut and has more has none.
  package func cut(
    _ sentence: String, encoded: EncodedText, kept: [Range<Int>] = []
  ) -> (text: SegmentedText, clauses: [EncodedText?]) {
    let scalars = Array(sentence.unicodeScalars)
    guard encoded.ids.count > limit else {
      return (SegmentedText(scalars, pieces: [0..<scalars.count]), [encoded])
    }
    var places = CutPlaces(sentence, scalars, kept: kept)
    var ranges: [Range<Int>] = []
    var clauses: [EncodedText?] = []
    let ends = tokenEnds(encoded, in: scalars)
    var start = 0
    var token = 0
    while start < scalars.count {
      while token < ends.count, ends[token] <= start { token += 1 }
      let (range, clause) = clause(from: start, ends: ends[token...], &places)
      ranges.append(range)
      clauses.append(clause)
      start = places.pastBlanks(from: range.upperBound)
    }
    return (SegmentedText(scalars, pieces: ranges), clauses)
  }

  /// The longest clause at `start` that fits. A part of a sentence may have other tokens than it has within the whole,
  /// so each is counted for itself, and tried again shorter where it has too many.
  private func clause(
    from start: Int, ends: ArraySlice<Int>, _ places: inout CutPlaces
  ) -> (range: Range<Int>, encoded: EncodedText?) {
    var tokens = limit - 1
    while true {
      let window = tokens < ends.count || tokens == 0 ? end(of: tokens, in: ends, past: start) : places.count
      let range = start..<places.trimmed(start..<places.cut(start..<window))
      let encoded = tokenizer.encode(places.text(range))
      if encoded.ids.count <= limit { return (range, encoded) }
      if range.upperBound <= places.next(after: start) { return (range, nil) }
      tokens = min(tokens, ends.count) / 2
    }
  }

  /// Where the first tokens end, at least one scalar on.
  private func end(of tokens: Int, in ends: ArraySlice<Int>, past start: Int) -> Int {
    tokens == 0 ? start + 1 : max(start + 1, ends[ends.startIndex + tokens - 1])
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
