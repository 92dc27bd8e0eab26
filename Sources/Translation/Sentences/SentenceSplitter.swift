/// A splitter of texts into sentences, in time linear in their length.
///
/// It splits at new lines, at white space that makes columns, and after final punctuation. Closing quotes and brackets
/// stay with the sentence they close. A full stop ends no sentence within numbers and words; after abbreviations,
/// initials, ordinals and list numbers; or before a lower-case letter.
package struct SentenceSplitter: Sendable {
  private let splitting: SentenceSplitting
  private let rules: SentenceRules

  /// - Parameter language: the code of the language of the texts; nil if it is not known.
  package init(language: String? = nil, _ splitting: SentenceSplitting = .sentencesAndLines) {
    self.splitting = splitting
    rules = SentenceRules.of(language)
  }

  package func split(_ text: String) -> SegmentedText { split(Passage(text: text)).text }

  /// Splits a passage. No sentence ends within a protected span.
  func split(_ passage: Passage) -> SegmentedPassage {
    let scalars = Array(passage.text.unicodeScalars)
    return SegmentedPassage(
      SegmentedText(scalars, pieces: sentences(of: passage, scalars)), keeping: passage.protectedSpans)
  }

  /// Finds one sentence of a passage.
  /// - Returns: the passage with the sentence as its only piece, nil if it has fewer; and its number of sentences.
  func sentence(_ index: Int, of passage: Passage) -> (only: SegmentedPassage?, count: Int) {
    let scalars = Array(passage.text.unicodeScalars)
    let sentences = sentences(of: passage, scalars)
    guard sentences.indices.contains(index) else { return (nil, sentences.count) }
    let text = SegmentedText(scalars, pieces: [sentences[index]])
    return (SegmentedPassage(text, keeping: passage.protectedSpans), sentences.count)
  }

  private func sentences(of passage: Passage, _ scalars: [Unicode.Scalar]) -> [Range<Int>] {
    let protectedSpans = ScalarOffsets.ranges(of: passage.protectedSpans, in: scalars)
    var scan = SentenceScan(scalars, protectedSpans: protectedSpans, rules: rules, splitting: splitting)
    return scan.sentences()
  }
}

/// The places at which a text is split before it is translated.
package enum SentenceSplitting: Sendable {
  /// The ends of sentences and of lines.
  case sentencesAndLines
  /// The ends of sentences; the end of a line is white space like any other.
  case sentences
  /// No place: a text is one sentence.
  case none
}

// MARK: Finding sentences

/// One pass over a text that finds its sentences.
private struct SentenceScan {
  private let scalars: [Unicode.Scalar]
  /// The protected spans, within which no sentence ends.
  private let protectedSpans: [Range<Int>]
  private let rules: SentenceRules
  private let splitting: SentenceSplitting
  private var found: [Range<Int>] = []
  private var start = 0

  /// The scalars before a full stop and after it that are examined.
  private static let examinedScalars = 24
  /// Spaces in a row that separate columns.
  private static let columnSpaces = 3

  init(_ scalars: [Unicode.Scalar], protectedSpans: [Range<Int>], rules: SentenceRules, splitting: SentenceSplitting) {
    self.scalars = scalars
    self.protectedSpans = protectedSpans
    self.rules = rules
    self.splitting = splitting
  }

  /// Returns the sentences. Must be called once only.
  mutating func sentences() -> [Range<Int>] {
    var rest = protectedSpans[...]
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
        let next = endOfBreaks(from: closed, rest)
        if endsSentence(marks, closed: closed, next: next) {
          index = max(close(at: closed, before: rest.first), next)
          start = index
        } else {
          index = closed
        }
      } else {
        index += 1
      }
    }
    _ = close(at: scalars.count, before: nil)
    return found
  }

  /// Ends the sentence before `end`.
  /// - Parameter next: the next protected span, blank or not.
  /// - Returns: the offset at which the next sentence begins.
  private mutating func close(at end: Int, before next: Range<Int>?) -> Int {
    var last = end
    while last > start, SentenceMarks.isBlank(scalars[last - 1]) { last -= 1 }
    if last > start { found.append(start..<last) }
    start = self.end(of: isBlank(before: next), from: end)
    return start
  }

  /// Whether a line or a column ends: at a new line, a tabulator or several spaces.
  private func endsLine(_ index: Int) -> Bool {
    let scalar = scalars[index]
    guard splitting == .sentencesAndLines, SentenceMarks.isBlank(scalar), scalar.properties.isWhitespace
    else { return false }
    if scalar == "\t" || SentenceMarks.newLines.contains(scalar) { return true }
    let columns = index..<index + Self.columnSpaces
    return columns.upperBound <= scalars.count && scalars[columns].allSatisfy { $0 == " " }
  }

  /// The end of line breaks in markup, such as `<br />`, and of blanks around them; `index` if there are none. A text that
  /// is no markup can have them: players of subtitles know them.
  private func endOfBreaks(from index: Int, _ spans: ArraySlice<Range<Int>>) -> Int {
    var (past, next) = (index, index)
    for span in spans where span.lowerBound >= index {
      next = end(of: isBlank(before: span), from: next)
      guard span.lowerBound == next, span.count <= Self.longestBreak,
        scalars[span].filter({ $0 != " " && $0 != "/" }).map(\.properties.lowercaseMapping) == ["<", "b", "r", ">"]
      else { break }
      next = end(of: { SentenceMarks.isBlank(scalars[$0]) }, from: span.upperBound)
      past = next
    }
    return past
  }

  /// The characters of `<br />`.
  private static let longestBreak = 6

  /// - Parameter offset: the offset after line breaks in markup, if some follow, else `closed`.
  private func endsSentence(_ marks: Range<Int>, closed: Int, next offset: Int) -> Bool {
    guard offset < scalars.count else { return true }
    let hasClosers = closed > marks.upperBound
    if scalars[marks].contains(where: SentenceMarks.unspaced.contains) {
      return !hasClosers || !scalars[offset].properties.isAlphabetic
    }
    guard offset > closed || SentenceMarks.isBlank(scalars[closed]) else { return false }
    guard let next = following(offset) else { return true }
    let isWeak = scalars[marks].allSatisfy(SentenceMarks.weak.contains)
    if (isWeak || hasClosers) && next.letter.properties.isLowercase { return false }
    let isFullStop = marks.count == 1 && scalars[marks.lowerBound] == "."
    guard isFullStop, !hasClosers else { return true }
    return !belongsToWord(marks.lowerBound, following: next.word) && !isVerse(marks.lowerBound, offset)
  }

  /// Whether a chapter and a verse follow white space after an abbreviation, as in "Phil. 4:8".
  private func isVerse(_ stop: Int, _ space: Int) -> Bool {
    let window = scalars[space...].prefix(Self.examinedScalars).drop(while: SentenceMarks.isBlank)
    let chapter = window.prefix { $0.properties.numericType == .decimal }
    let rest = window.dropFirst(chapter.count)
    guard (1...3).contains(chapter.count), rest.first == ":", rest.dropFirst().first?.properties.numericType == .decimal
    else { return false }
    let book = scalars[start..<stop].suffix(Self.maxBookLetters + 1).reversed().prefix(while: \.properties.isAlphabetic)
    return book.count <= Self.maxBookLetters && book.last?.properties.isUppercase == true
  }

  /// The letters of the longest abbreviation of a book.
  private static let maxBookLetters = 6

  /// The word after white space, and its first letter after opening marks; nil if a new line or the limit comes first.
  private func following(_ space: Int) -> (word: String, letter: Unicode.Scalar)? {
    let limit = min(scalars.count, space + Self.examinedScalars)
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
    while first > max(start, stop - Self.examinedScalars), !isBeforeWord(scalars[first - 1]) { first -= 1 }
    let word = scalars[first..<stop]
    if first == start, isListNumber(word) { return true }
    return rules.keeps(String(word), before: following)
  }

  /// Whether a word is the number of a list: "12", "2.1", "a" or "IV".
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

  /// Returns the end of closing marks. French has a space before its closing quotation mark.
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

  /// Returns a test for blanks in front of a span.
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

// MARK: Punctuation

/// Punctuation at the ends of sentences and clauses.
enum SentenceMarks {
  /// Marks that end a sentence if white space follows.
  static let spaced: Set<Unicode.Scalar> = [
    ".", "!", "?", "…", "‽", "⁇", "⁈", "⁉", "؟", "۔", "।", "॥", "։", "።", "፧", "။", "។", "៕", "᠃", "꓿", "܀",
  ]
  /// Marks of scripts without spaces, which end a sentence whatever follows.
  static let unspaced: Set<Unicode.Scalar> = ["。", "！", "？", "｡"]
  /// Marks that end no sentence if a lower-case letter follows.
  static let weak: Set<Unicode.Scalar> = [".", "…"]
  /// Marks that belong to the sentence that ended before them.
  static let closers: Set<Unicode.Scalar> = [
    "\"", "'", "”", "’", "»", "›", ")", "]", "}", "」", "』", "）", "】", "》", "〉", "］",
  ]
  /// Marks that belong to the sentence that begins after them.
  static let openers: Set<Unicode.Scalar> = [
    "\"", "'", "“", "‘", "„", "«", "‹", "(", "[", "{", "¿", "¡", "-", "–", "—", "「", "『", "（", "【", "《", "〈", "［",
  ]
  /// Marks that end a clause if white space follows.
  static let clause: Set<Unicode.Scalar> = [";", ":", ",", "،", "؛", "–", "—"]
  /// Marks that end a clause whatever follows.
  static let unspacedClause: Set<Unicode.Scalar> = ["，", "、", "；", "："]
  /// The line and paragraph ends of Unicode.
  static let newLines: Set<Unicode.Scalar> = [
    "\n", "\r", "\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}",
  ]

  /// Whether a scalar is a space, letter or digit of ASCII, which are no marks in any language.
  static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case " ", "a"..."z", "A"..."Z", "0"..."9": true
    default: false
    }
  }

  /// Whether a scalar is white space or invisible. Blanks at the ends of a sentence are not translated.
  static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value <= 0x20 }
    return scalar.properties.isWhitespace || invisible.contains(scalar)
      || scalar.properties.generalCategory == .control
  }

  /// Joiners, marks of direction and order, byte order marks, soft hyphens.
  private static let invisible: Set<Unicode.Scalar> = [
    "\u{AD}", "\u{61C}", "\u{180E}", "\u{200B}", "\u{200C}", "\u{200D}", "\u{200E}", "\u{200F}", "\u{202A}",
    "\u{202B}", "\u{202C}", "\u{202D}", "\u{202E}", "\u{2060}", "\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}",
    "\u{FEFF}",
  ]
}
