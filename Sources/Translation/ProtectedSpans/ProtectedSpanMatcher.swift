/// A search for the protected spans of a source in its translation.
///
/// The texts are as short as one input of the model: the search takes time for the product of the length of the
/// translation and the number of different spans.
enum ProtectedSpanMatcher {
  /// Returns the spans that are not in the translation exactly as often as in the source.
  static func broken(_ spans: [Range<Int>], of source: ByteText, in target: ByteText) -> [Range<Int>] {
    var isWhole: [Bool: [String: Bool]] = [:]
    return spans.filter { span in
      let text = source[span]
      let alone = source.standsAlone(span)
      if let known = isWhole[alone]?[text] { return !known }
      let whole = source.places(of: text, alone: alone).count == target.places(of: text, alone: alone).count
      isWhole[alone, default: [:]][text] = whole
      return !whole
    }
  }

  /// Finds each span in the translation.
  ///
  /// Long spans take their places before short ones, which can be parts of them. Spans with the same bytes keep their
  /// order.
  /// - Returns: a link per span that was found, in the order of the spans.
  static func links(_ spans: [Range<Int>], of source: ByteText, in target: ByteText) -> [AlignmentLink] {
    var isTaken = [Bool](repeating: false, count: target.count)
    // The places of each text that were not examined yet.
    var places: [Bool: [String: ArraySlice<Range<Int>>]] = [:]
    var found: [AlignmentLink] = []
    for span in spans.sorted(by: { ($1.count, $0.lowerBound) < ($0.count, $1.lowerBound) }) {
      let text = source[span]
      let alone = source.standsAlone(span)
      var rest = places[alone]?[text] ?? target.places(of: text, alone: alone)[...]
      // Ranges that are taken are not shorter, so one that overlaps covers an end.
      rest = rest.drop { isTaken[$0.lowerBound] || isTaken[$0.upperBound - 1] }
      if let free = rest.popFirst() {
        for index in free { isTaken[index] = true }
        found.append(AlignmentLink(source: span, target: free))
      }
      places[alone, default: [:]][text] = rest
    }
    return found.sorted { $0.source.lowerBound < $1.source.lowerBound }
  }
}

// MARK: By attention

/// A search for the translation of a span by cross-attention.
struct AlignedReplacement {
  let source: ByteText
  /// For each source token, its bytes without white space.
  let sourceTokens: [Range<Int>]
  /// For each target token, its bytes without white space.
  let targetTokens: [Range<Int>]
  let target: ByteText
  /// For each target token, the index of the source token that it attended to most.
  let seen: [Int]

  /// Returns for each span the bytes of the target that were made of it; nil if that is not clear for all spans.
  func places(of spans: [Range<Int>]) -> [Range<Int>]? {
    var places: [Range<Int>] = []
    for span in spans {
      guard let place = place(of: span), !places.contains(where: { $0.overlaps(place) }) else { return nil }
      places.append(place)
    }
    return places
  }

  /// Whether a token in a part of the target attended to a token in a part of the source.
  func hasSeen(_ part: Range<Int>, of source: Range<Int>) -> Bool {
    zip(targetTokens, seen).contains { $0.overlaps(part) && sourceTokens[$1].overlaps(source) }
  }

  /// Returns the offset in the target for a sign that was lost: before the words that were made of the words after it, or
  /// after those that were made of the word before it.
  func offset(for span: Range<Int>, _ role: SpanRole) -> Int? {
    guard seen.count == targetTokens.count else { return nil }
    let isOpening = role == .opening
    let word =
      isOpening
      ? sourceTokens.indices.first { sourceTokens[$0].lowerBound >= span.upperBound && !sourceTokens[$0].isEmpty }
      : sourceTokens.indices.last { sourceTokens[$0].upperBound <= span.lowerBound && !sourceTokens[$0].isEmpty }
    guard let word else { return isOpening ? nil : 0 }
    let looking = targetTokens.indices.filter { !targetTokens[$0].isEmpty && isOfWord(seen[$0], word) }
    guard let token = isOpening ? looking.first : looking.last else { return nil }
    let place = wholeWord(targetTokens[token])
    if isOpening { return place.lowerBound }
    let last = sourceTokens[word].upperBound - 1
    return ASCII.isOne(of: ".,;:!?", source.byte(last)) ? place.upperBound : endOfWord(place)
  }

  /// Returns the bytes of the target that were made of a part of the source: the stretch with most of its words and fewest
  /// others.
  func stretch(of part: Range<Int>) -> Range<Int>? {
    guard seen.count == targetTokens.count else { return nil }
    var best: (score: Int, tokens: Range<Int>)?
    var (score, start) = (0, 0)
    for token in targetTokens.indices where !targetTokens[token].isEmpty {
      if score <= 0 { (score, start) = (0, token) }
      let isOwn = sourceTokens[seen[token]].overlaps(part)
      score += isOwn ? 2 : -1
      if isOwn, score > best?.score ?? 0 { best = (score, start..<token + 1) }
    }
    guard let tokens = best?.tokens, let last = tokens.last else { return nil }
    let first = wholeWord(targetTokens[tokens.lowerBound]).lowerBound
    let word = wholeWord(targetTokens[last])
    let hasSign = !part.isEmpty && ASCII.isOne(of: ".,;:!?", source.byte(part.upperBound - 1))
    return first..<max(first, hasSign ? word.upperBound : endOfWord(word))
  }

  /// Whether two tokens of the source are of one word: nothing is between them.
  private func isOfWord(_ token: Int, _ word: Int) -> Bool {
    let (low, high) = (min(token, word), max(token, word))
    guard high - low < 12 else { return false }
    return (low..<high).allSatisfy { sourceTokens[$0].upperBound == sourceTokens[$0 + 1].lowerBound }
  }

  /// The end of a word without the punctuation after it.
  private func endOfWord(_ word: Range<Int>) -> Int {
    var end = word.upperBound
    while end > word.lowerBound + 1, ASCII.isOne(of: ".,;:!?", target.byte(end - 1)) { end -= 1 }
    return end
  }

  /// Returns the tokens that attended to a span, if they are together and not many more than its own.
  private func place(of span: Range<Int>) -> Range<Int>? {
    guard seen.count == targetTokens.count else { return nil }
    let own = Set(sourceTokens.indices.filter { sourceTokens[$0].overlaps(span) })
    let looking = seen.indices.filter { !targetTokens[$0].isEmpty && own.contains(seen[$0]) }
    guard let first = looking.first, let last = looking.last, looking.count <= 2 * own.count + 2 else { return nil }
    guard (first...last).allSatisfy({ targetTokens[$0].isEmpty || own.contains(seen[$0]) }) else { return nil }
    let place = targetTokens[first].lowerBound..<targetTokens[last].upperBound
    let text = source[span]
    if Self.isWords(text) { return place }
    if OperatorSigns.isOperator(text) {
      let signs = wholeWord(place)
      return target.hasLetters(within: signs) || target.hasDigit(within: signs) ? nil : signs
    }
    return written(span, within: wholeWord(place))
  }

  /// Whether a span is words, whose translation can look like anything. All other spans must look alike.
  private static func isWords(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || $0 == " " }
  }

  /// Returns a place with the rest of its word, up to white space.
  private func wholeWord(_ place: Range<Int>) -> Range<Int> {
    var (start, end) = (place.lowerBound, place.upperBound)
    while start > 0, isPartOfWord(start - 1) { start -= 1 }
    while end < target.count, isPartOfWord(end) { end += 1 }
    return start..<end
  }

  /// Returns the part of a word that is most like a span. Half of it must be the same, and the rest of the word marks.
  private func written(_ span: Range<Int>, within word: Range<Int>) -> Range<Int>? {
    guard span.count * word.count <= 1 << 20 else { return nil }
    let match = CloseMatch(of: span.map(source.byte), in: word.map(target.byte))
    let range = word.lowerBound + match.range.lowerBound..<word.lowerBound + match.range.upperBound
    let rest = [word.lowerBound..<range.lowerBound, range.upperBound..<word.upperBound].joined()
    guard 2 * match.edits <= span.count, !range.isEmpty, !rest.contains(where: isLetter) else { return nil }
    return withRepeatedSigns(range, of: span, within: word)
  }

  /// Returns a place with the signs that follow it and are those that the span ends with: "%%NAME%%%" for "%%NAME%%".
  private func withRepeatedSigns(_ place: Range<Int>, of span: Range<Int>, within word: Range<Int>) -> Range<Int> {
    let last = source.byte(span.upperBound - 1)
    guard last < 0x80, !ASCII.isWord(last), !ASCII.isOne(of: ".,;:!?)", last) else { return place }
    var end = place.upperBound
    while end < word.upperBound, target.byte(end) == last { end += 1 }
    return place.lowerBound..<end
  }

  private func isPartOfWord(_ index: Int) -> Bool {
    (target.byte(index) > 0x20 && target.byte(index) < 0x7F) || isLetter(index)
  }

  /// Whether a byte is an ASCII letter or digit, or part of a letter of two bytes, as alphabets have.
  private func isLetter(_ index: Int) -> Bool {
    func leads(_ index: Int) -> Bool { (0xC3...0xDF).contains(target.byte(index)) }
    return ASCII.isAlphanumeric(target.byte(index)) || leads(index) || (index > 0 && leads(index - 1))
  }
}

/// The part of a text that is most like another text (Sellers 1980).
///
/// It needs the fewest changed, inserted and removed bytes; the longest such part wins. Case is ignored.
package struct CloseMatch: Equatable {
  package let range: Range<Int>
  package let edits: Int

  /// Takes time for the product of the lengths and memory for their sum.
  package init(of wanted: [UInt8], in text: [UInt8]) {
    let (wanted, text) = (wanted.map(Self.folded), text.map(Self.folded))
    // For each number of wanted bytes, the best part of the text that ends here.
    var row = (0...wanted.count).map { (edits: $0, start: 0) }
    var best = (edits: wanted.count, range: 0..<0)
    for end in 0...text.count {
      let candidate = (edits: row[wanted.count].edits, range: row[wanted.count].start..<end)
      if (candidate.edits, -candidate.range.count) < (best.edits, -best.range.count) { best = candidate }
      guard end < text.count else { break }
      var diagonal = row[0]
      row[0] = (0, end + 1)
      for index in wanted.indices {
        let above = row[index + 1]
        let same = (edits: diagonal.edits + (wanted[index] == text[end] ? 0 : 1), start: diagonal.start)
        let others = [
          (edits: above.edits + 1, start: above.start), (edits: row[index].edits + 1, start: row[index].start),
        ]
        row[index + 1] = others.reduce(same) { $1 < $0 ? $1 : $0 }
        diagonal = above
      }
    }
    range = best.range
    edits = best.edits
  }

  private static func folded(_ byte: UInt8) -> UInt8 { ASCII.isLetter(byte) ? byte | 0x20 : byte }
}

// MARK: Replacing

/// A translation with some of its parts replaced.
struct TextPatch {
  /// Ranges of UTF-8 of the old text, in their order and not overlapping, and the texts in their place.
  private let replacements: [(range: Range<Int>, text: String)]
  /// The bytes by which the text grows before each replacement, and in total.
  private let shifts: [Int]
  let text: String

  /// Replaces parts of a text. A text for an empty range is put in front of what replaces the bytes after it.
  /// - Parameter replacements: parts in any order. A part that overlaps one before it stays as it is.
  init(_ old: ByteText, replacing replacements: [(range: Range<Int>, text: String)]) {
    let ordered = replacements.enumerated().sorted { one, other in
      (one.element.range.lowerBound, one.element.range.upperBound, one.offset)
        < (other.element.range.lowerBound, other.element.range.upperBound, other.offset)
    }
    var (text, cursor) = ("", 0)
    var shifts = [0]
    var made: [(range: Range<Int>, text: String)] = []
    for (_, replacement) in ordered where replacement.range.lowerBound >= cursor {
      text += old[cursor..<replacement.range.lowerBound] + replacement.text
      cursor = replacement.range.upperBound
      shifts.append((shifts.last ?? 0) + replacement.text.utf8.count - replacement.range.count)
      made.append(replacement)
    }
    self.replacements = made
    self.shifts = shifts
    self.text = text + old[cursor..<old.count]
  }

  /// Returns the range of the new text for a range of the old one, with the replacements that it touches.
  func moved(_ range: Range<Int>) -> Range<Int> {
    let start = moved(range.lowerBound, isEnd: false)
    return start..<max(start, moved(range.upperBound, isEnd: true))
  }

  private func moved(_ offset: Int, isEnd: Bool) -> Int {
    var (low, high) = (0, replacements.count)
    while low < high {
      let middle = (low + high) / 2
      if replacements[middle].range.lowerBound < offset { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return offset }
    let last = replacements[low - 1].range
    if offset >= last.upperBound { return offset + shifts[low] }
    return last.lowerBound + shifts[low - 1] + (isEnd ? replacements[low - 1].text.utf8.count : 0)
  }
}
