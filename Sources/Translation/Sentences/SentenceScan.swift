/// One pass over a text that finds where its sentences begin and end.
struct SentenceScan {
  private let scalars: [Unicode.Scalar]
  /// What is kept: nothing ends within.
  private let kept: [Range<Int>]
  private let rules: SentenceRules
  private let splitting: SentenceSplitting
  private var found: [Range<Int>] = []
  private var start = 0

  /// A word before a full stop is looked back at this far, what follows is looked at this far.
  private static let reach = 24
  /// Spaces in a row that set columns apart.
  private static let column = 3

  init(_ scalars: [Unicode.Scalar], kept: [Range<Int>], rules: SentenceRules, splitting: SentenceSplitting) {
    self.scalars = scalars
    self.kept = kept
    self.rules = rules
    self.splitting = splitting
  }

  /// To be called once.
  mutating func sentences() -> [Range<Int>] {
    var rest = kept[...]
    var index = end(of: isBlank(before: rest.first), from: 0)
    start = index
    if splitting == .none { index = scalars.count }
    while index < scalars.count {
      while let span = rest.first, span.upperBound <= index { rest.removeFirst() }
      if let span = rest.first, span.contains(index) {
        index = span.upperBound
      } else if endsLine(index) {
        index = close(at: index, before: rest.first)
      } else if isFinal(scalars[index]) {
        let marks = index..<end(of: isFinal, from: index)
        let closed = endOfClosers(from: marks.upperBound)
        index = endsSentence(marks, closed: closed) ? close(at: closed, before: rest.first) : closed
      } else {
        index += 1
      }
    }
    _ = close(at: scalars.count, before: nil)
    return found
  }

  /// Ends the sentence before `end`.
  /// - Parameter next: what is kept next, blank or not.
  /// - Returns: where the next sentence begins.
  private mutating func close(at end: Int, before next: Range<Int>?) -> Int {
    var last = end
    while last > start, SentenceMarks.isBlank(scalars[last - 1]) { last -= 1 }
    if last > start { found.append(start..<last) }
    start = self.end(of: isBlank(before: next), from: end)
    return start
  }

  /// A new line, a tabulator or several spaces.
  private func endsLine(_ index: Int) -> Bool {
    let scalar = scalars[index]
    guard splitting == .sentencesAndLines, SentenceMarks.isBlank(scalar), scalar.properties.isWhitespace
    else { return false }
    if scalar == "\t" || SentenceMarks.newLines.contains(scalar) { return true }
    let columns = index..<index + Self.column
    return columns.upperBound <= scalars.count && scalars[columns].allSatisfy { $0 == " " }
  }

  private func endsSentence(_ marks: Range<Int>, closed: Int) -> Bool {
    guard closed < scalars.count else { return true }
    let hasClosers = closed > marks.upperBound
    if scalars[marks].contains(where: SentenceMarks.unspaced.contains) {
      return !hasClosers || !scalars[closed].properties.isAlphabetic
    }
    guard SentenceMarks.isBlank(scalars[closed]) else { return false }
    guard let next = following(closed) else { return true }
    let isWeak = scalars[marks].allSatisfy(SentenceMarks.weak.contains)
    if (isWeak || hasClosers) && next.letter.properties.isLowercase { return false }
    let isFullStop = marks.count == 1 && scalars[marks.lowerBound] == "."
    return !(isFullStop && !hasClosers && belongsToWord(marks.lowerBound, following: next.word))
  }

  /// The word behind white space, and its first letter behind opening marks; nil where a new line is there or out of
  /// reach.
  private func following(_ space: Int) -> (word: String, letter: Unicode.Scalar)? {
    let limit = min(scalars.count, space + Self.reach)
    guard let first = scalars[space..<limit].firstIndex(where: { !SentenceMarks.isBlank($0) }),
      splitting != .sentencesAndLines || !(space..<first).contains(where: endsLine)
    else { return nil }
    let letter = scalars[first..<limit].first { !SentenceMarks.openers.contains($0) }
    let word = scalars[first..<limit].prefix {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
    }
    return (String(word), letter ?? scalars[first])
  }

  /// Whether the full stop at `stop` belongs to an abbreviation, an ordinal or the number of a list.
  private func belongsToWord(_ stop: Int, following: String) -> Bool {
    var first = stop
    while first > max(start, stop - Self.reach), !isBeforeWord(scalars[first - 1]) { first -= 1 }
    let word = scalars[first..<stop]
    if first == start, isListNumber(word) { return true }
    return rules.keeps(String(word), before: following)
  }

  /// As in "12", "2.1", "a" or "IV".
  private func isListNumber(_ word: ArraySlice<Unicode.Scalar>) -> Bool {
    if word.count == 1, word.first?.properties.isCased == true { return true }
    if (1...4).contains(word.count), word.allSatisfy({ "IVX".unicodeScalars.contains($0) }) { return true }
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    return parts.allSatisfy { part in
      (1...3).contains(part.count) && part.allSatisfy { $0.properties.numericType != nil }
    }
  }

  private func isBeforeWord(_ scalar: Unicode.Scalar) -> Bool {
    SentenceMarks.isBlank(scalar) || SentenceMarks.openers.contains(scalar)
  }

  private func isFinal(_ scalar: Unicode.Scalar) -> Bool {
    if SentenceMarks.isPlain(scalar) { return false }
    return SentenceMarks.spaced.contains(scalar) || SentenceMarks.unspaced.contains(scalar)
      || rules.final.contains(scalar)
  }

  /// Past closing marks; French sets its closing quotation mark off with a space.
  private func endOfClosers(from index: Int) -> Int {
    var index = index
    while true {
      let past = end(of: { SentenceMarks.closers.contains(scalars[$0]) }, from: index)
      let isSpacedQuote =
        past + 1 < scalars.count && scalars[past + 1] == "»" && SentenceMarks.isBlank(scalars[past])
        && !SentenceMarks.newLines.contains(scalars[past])
      if !isSpacedQuote { return past }
      index = past + 2
    }
  }

  /// Blanks in front of `span`.
  private func isBlank(before span: Range<Int>?) -> (Int) -> Bool {
    let limit = span?.lowerBound ?? scalars.count
    return { $0 < limit && SentenceMarks.isBlank(scalars[$0]) }
  }

  private func end(of matches: (Unicode.Scalar) -> Bool, from index: Int) -> Int {
    end(of: { matches(scalars[$0]) }, from: index)
  }

  private func end(of matches: (Int) -> Bool, from index: Int) -> Int {
    var index = index
    while index < scalars.count, matches(index) { index += 1 }
    return index
  }
}
