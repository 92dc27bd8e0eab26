import Tokenization

/// A cutter of sentences that have more tokens than the model was trained for.
///
/// It cuts at the last clause end that fits, else at the last space, else between characters. Protected spans are never
/// cut.
package struct ClauseCutter: Sendable {
  private let tokenizer: any Tokenizer
  /// The most tokens per clause, end of sentence included.
  private let limit: Int
  /// Tokens of a clause without text, such as its end.
  private let overhead: Int

  package init(tokenizer: any Tokenizer, limit: Int) {
    self.tokenizer = tokenizer
    self.limit = max(limit, 2)
    overhead = tokenizer.encode("").ids.count
  }

  /// Cuts a sentence.
  /// - Parameters:
  ///   - encoded: the tokens of `sentence`.
  ///   - protectedSpans: the protected spans in bytes of UTF-8.
  /// - Returns: the clauses, each with its own tokens, at most the limit. The tokens are nil for a clause that has more
  ///   and cannot be cut. A sentence that fits is one clause.
  package func cut(
    _ sentence: String, encoded: EncodedText, protectedSpans: [Range<Int>] = []
  ) -> (text: SegmentedText, clauses: [EncodedText?]) {
    guard encoded.ids.count > limit else { return (SegmentedText(whole: sentence), [encoded]) }
    let scalars = Array(sentence.unicodeScalars)
    var places = CutPlaces(sentence, scalars, protectedSpans: protectedSpans)
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

  /// Finds the longest clause at `start` that fits.
  ///
  /// A part of a sentence can have other tokens than within the whole. So each part is tokenized alone, and tried again
  /// shorter if it has too many tokens.
  private func clause(
    from start: Int, ends: ArraySlice<Int>, _ places: inout CutPlaces
  ) -> (range: Range<Int>, encoded: EncodedText?) {
    var tokens = max(limit - overhead, 1)
    while true {
      let window = tokens < ends.count || tokens == 0 ? end(of: tokens, in: ends, past: start) : places.count
      let range = start..<places.trimmed(start..<places.cut(start..<window))
      let encoded = tokenizer.encode(places.text(range))
      if encoded.ids.count <= limit { return (range, encoded) }
      if range.upperBound <= places.next(after: start) { return (range, nil) }
      tokens = min(tokens, ends.count) / 2
    }
  }

  /// Returns the end of the first tokens, at least one scalar after `start`.
  private func end(of tokens: Int, in ends: ArraySlice<Int>, past start: Int) -> Int {
    tokens == 0 ? start + 1 : max(start + 1, ends[ends.startIndex + tokens - 1])
  }

  /// Returns the ends of the tokens as offsets of scalars. A token that ends within a scalar ends before it.
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

/// The places at which a sentence can be cut: between characters as a reader sees them, outside protected spans.
private struct CutPlaces {
  private let scalars: [Unicode.Scalar]
  /// For each scalar, whether a cut before it is allowed.
  private var allowed: [Bool]

  /// - Parameter protectedSpans: the protected spans in bytes of UTF-8.
  init(_ text: String, _ scalars: [Unicode.Scalar], protectedSpans: [Range<Int>]) {
    self.scalars = scalars
    allowed = Array(repeating: false, count: scalars.count)
    var index = 0
    for character in text {
      allowed[index] = true
      index += character.unicodeScalars.count
    }
    for span in ScalarOffsets.ranges(of: protectedSpans, in: scalars) {
      for index in span.dropFirst() { allowed[index] = false }
    }
  }

  var count: Int { scalars.count }

  func text(_ range: Range<Int>) -> String { String(scalars[range]) }

  /// Returns the end of the part at `start` that cannot be cut.
  func next(after start: Int) -> Int {
    var index = start + 1
    while index < count, !allowed[index] { index += 1 }
    return min(index, count)
  }

  /// Returns the place to cut within a window, or the end of the sentence if the window reaches it.
  ///
  /// The place is after the window only if no place within is allowed.
  func cut(_ window: Range<Int>) -> Int {
    guard window.upperBound < count else { return count }
    var space: Int?
    var character: Int?
    for index in (window.lowerBound + 1...window.upperBound).reversed() where allowed[index] {
      let mark = scalars[index - 1]
      let isSpace = scalars[index].properties.isWhitespace
      if SentenceMarks.unspacedClause.contains(mark) || (isSpace && SentenceMarks.clause.contains(mark)) {
        return index
      }
      if isSpace && space == nil { space = index }
      if character == nil { character = index }
    }
    return space ?? character ?? next(after: window.lowerBound)
  }

  /// Returns the end of a range without blanks at its end.
  func trimmed(_ range: Range<Int>) -> Int {
    var end = range.upperBound
    while end > range.lowerBound + 1, allowed[end - 1], SentenceMarks.isBlank(scalars[end - 1]) { end -= 1 }
    return end
  }

  /// Returns the first offset after blanks.
  func pastBlanks(from start: Int) -> Int {
    var index = start
    while index < count, allowed[index], SentenceMarks.isBlank(scalars[index]) { index += 1 }
    return index
  }
}

// MARK: Words

/// A cutter of sentences into words, for a model that reads one word at a time.
///
/// Words are separated by white space. Punctuation and symbols around a word are not part of it and do not change.
enum WordCutter {
  static func cut(_ sentence: String) -> SegmentedText {
    let scalars = Array(sentence.unicodeScalars)
    let words = scalars.indices.split { scalars[$0].properties.isWhitespace }.compactMap { part -> Range<Int>? in
      guard let first = part.first(where: { !isAround(scalars[$0]) }),
        let last = part.last(where: { !isAround(scalars[$0]) })
      else { return nil }
      return first..<last + 1
    }
    return SegmentedText(scalars, pieces: words)
  }

  private static func isAround(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
      true
    default: false
    }
  }
}
