/// Splits a text at new lines and behind sentence-final punctuation, in time linear in its length.
///
/// Closing quotes and brackets stay with the sentence they close. A full stop ends none within numbers and words,
/// behind abbreviations, initials and list numbers, or before a lower-case letter.
package struct SentenceSplitter: Sendable {
  private let splitting: SentenceSplitting

  package init(_ splitting: SentenceSplitting = .sentencesAndLines) {
    self.splitting = splitting
  }

  package func split(_ text: String) -> SegmentedText { split(Passage(text: text)).text }

  /// No sentence ends within what is kept.
  func split(_ passage: Passage) -> SegmentedPassage {
    var scan = SentenceScan(passage, splitting)
    return SegmentedPassage(SegmentedText(scan.scalars, pieces: scan.sentences()), keeping: passage.kept)
  }
}

/// One pass over a text.
private struct SentenceScan {
  let scalars: [Unicode.Scalar]
  private let splitting: SentenceSplitting
  /// What is kept, as offsets of scalars.
  private let kept: [Range<Int>]
  private var found: [Range<Int>] = []
  private var start = 0

  /// A word before a full stop is looked back at this far, white space and openers behind it are skipped this far.
  private static let reach = 24

  init(_ passage: Passage, _ splitting: SentenceSplitting) {
    scalars = Array(passage.text.unicodeScalars)
    self.splitting = splitting
    kept = Self.offsets(passage.kept, in: scalars)
  }

  /// Ranges of bytes as ranges of scalars.
  private static func offsets(_ ranges: [Range<Int>], in scalars: [Unicode.Scalar]) -> [Range<Int>] {
    var (index, bytes) = (0, 0)
    func offset(_ byte: Int) -> Int {
      while index < scalars.count, bytes < byte {
        bytes += UTF8.width(scalars[index])
        index += 1
      }
      return index
    }
    return ranges.map { range in
      let start = offset(range.lowerBound)
      return start..<offset(range.upperBound)
    }
  }

  mutating func sentences() -> [Range<Int>] {
    start = end(of: SentenceMarks.isSpace, from: 0)
    var index = splitting == .none ? scalars.count : start
    var rest = kept[...]
    while index < scalars.count {
      let scalar = scalars[index]
      while let span = rest.first, span.upperBound <= index { rest.removeFirst() }
      if let span = rest.first, span.contains(index) {
        index = span.upperBound
      } else if splitting == .sentencesAndLines, SentenceMarks.newLines.contains(scalar) {
        index = close(at: index)
      } else if isFinal(scalar) {
        let marks = index..<end(of: isFinal, from: index)
        let closed = endOfClosers(from: marks.upperBound)
        index = endsSentence(marks, closed: closed) ? close(at: closed) : closed
      } else {
        index += 1
      }
    }
    _ = close(at: scalars.count)
    return found
  }

  /// Ends the sentence before `end`.
  /// - Returns: where the next one begins.
  private mutating func close(at end: Int) -> Int {
    var last = end
    while last > start, SentenceMarks.isSpace(scalars[last - 1]) { last -= 1 }
    if last > start { found.append(start..<last) }
    start = self.end(of: SentenceMarks.isSpace, from: end)
    return start
  }

  private func endsSentence(_ marks: Range<Int>, closed: Int) -> Bool {
    guard closed < scalars.count else { return true }
    let hasClosers = closed > marks.upperBound
    if scalars[marks].contains(where: SentenceMarks.unspaced.contains) {
      return !hasClosers || !scalars[closed].properties.isAlphabetic
    }
    guard SentenceMarks.isSpace(scalars[closed]) else { return false }
    guard let next = following(closed) else { return true }
    let isWeak = scalars[marks].allSatisfy(SentenceMarks.weak.contains)
    if (isWeak || hasClosers) && next.letter.properties.isLowercase { return false }
    let isFullStop = marks.count == 1 && scalars[marks.lowerBound] == "."
    return !(isFullStop && !hasClosers && belongsToWord(marks.lowerBound, following: next.first))
  }

  /// What stands behind white space, and the same behind opening marks; nil where that is a new line or out of reach.
  private func following(_ space: Int) -> (first: Unicode.Scalar, letter: Unicode.Scalar)? {
    let limit = min(scalars.count, space + Self.reach)
    guard let first = scalars[space..<limit].firstIndex(where: { !SentenceMarks.isSpace($0) }),
      splitting == .sentences || !scalars[space..<first].contains(where: SentenceMarks.newLines.contains)
    else { return nil }
    let letter = scalars[first..<limit].first { !SentenceMarks.openers.contains($0) }
    return (scalars[first], letter ?? scalars[first])
  }

  /// Whether the full stop at `stop` belongs to an abbreviation or to the number of a list.
  private func belongsToWord(_ stop: Int, following: Unicode.Scalar) -> Bool {
    var first = stop
    while first > max(start, stop - Self.reach), !isBeforeWord(scalars[first - 1]) { first -= 1 }
    let word = scalars[first..<stop]
    if first == start, word.count <= 3, word.allSatisfy({ $0.properties.numericType != nil }) { return !word.isEmpty }
    return Abbreviations.covers(String(String.UnicodeScalarView(word)), following: following)
  }

  private func isBeforeWord(_ scalar: Unicode.Scalar) -> Bool {
    SentenceMarks.isSpace(scalar) || SentenceMarks.openers.contains(scalar)
  }

  private func isFinal(_ scalar: Unicode.Scalar) -> Bool {
    SentenceMarks.spaced.contains(scalar) || SentenceMarks.unspaced.contains(scalar)
  }

  /// Past closing marks; French sets its closing quotation mark off with a space.
  private func endOfClosers(from index: Int) -> Int {
    var index = index
    while true {
      let past = end(of: SentenceMarks.closers.contains, from: index)
      let isSpacedQuote =
        past + 1 < scalars.count && scalars[past + 1] == "»" && SentenceMarks.isSpace(scalars[past])
        && !SentenceMarks.newLines.contains(scalars[past])
      if !isSpacedQuote { return past }
      index = past + 2
    }
  }

  private func end(of matches: (Unicode.Scalar) -> Bool, from index: Int) -> Int {
    var index = index
    while index < scalars.count, matches(scalars[index]) { index += 1 }
    return index
  }
}
