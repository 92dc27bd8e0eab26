import Tokenization

/// Finds what became of a span by cross-attention.
struct AlignedReplacement {
  let source: ByteText
  /// Of each source token and each target token, its bytes without white space.
  let sourceTokens: [Range<Int>]
  let targetTokens: [Range<Int>]
  let target: ByteText
  /// Of each target token the place of a source token.
  let seen: [Int]

  /// - Returns: for each span the bytes of the target that stand in its place; nil where that is not clear of all.
  func places(of spans: [Range<Int>]) -> [Range<Int>]? {
    var places: [Range<Int>] = []
    for span in spans {
      guard let place = place(of: span), !places.contains(where: { $0.overlaps(place) }) else { return nil }
      places.append(place)
    }
    return places
  }

  /// Whether something of the target looked at something of the source.
  func hasSeen(_ part: Range<Int>, of source: Range<Int>) -> Bool {
    zip(targetTokens, seen).contains { $0.overlaps(part) && sourceTokens[$1].overlaps(source) }
  }

  /// The tokens that looked at the span, where they stand together and are not many more than it has.
  private func place(of span: Range<Int>) -> Range<Int>? {
    guard seen.count == targetTokens.count else { return nil }
    let own = Set(sourceTokens.indices.filter { sourceTokens[$0].overlaps(span) })
    let looking = seen.indices.filter { !targetTokens[$0].isEmpty && own.contains(seen[$0]) }
    guard let first = looking.first, let last = looking.last, looking.count <= 2 * own.count + 2 else { return nil }
    guard (first...last).allSatisfy({ targetTokens[$0].isEmpty || own.contains(seen[$0]) }) else { return nil }
    let place = targetTokens[first].lowerBound..<targetTokens[last].upperBound
    let text = source[span]
    if Self.isWords(text) { return place }
    return written(span, within: wholeWord(place))
  }

  /// A translated word may look like anything; what is not one must still look alike.
  private static func isWords(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || $0 == " " }
  }

  /// With the rest of what stands between white space.
  private func wholeWord(_ place: Range<Int>) -> Range<Int> {
    var (start, end) = (place.lowerBound, place.upperBound)
    while start > 0, isPartOfWord(start - 1) { start -= 1 }
    while end < target.count, isPartOfWord(end) { end += 1 }
    return start..<end
  }

  /// What of a word is most like the span. It has to be half the same, and what is left of the word to be marks.
  private func written(_ span: Range<Int>, within word: Range<Int>) -> Range<Int>? {
    guard span.count * word.count <= 1 << 20 else { return nil }
    let match = CloseMatch(of: span.map(source.byte), in: word.map(target.byte))
    let range = word.lowerBound + match.range.lowerBound..<word.lowerBound + match.range.upperBound
    let rest = [word.lowerBound..<range.lowerBound, range.upperBound..<word.upperBound].joined()
    guard 2 * match.edits <= span.count, !range.isEmpty, !rest.contains(where: isLetter) else { return nil }
    return range
  }

  private func isPartOfWord(_ index: Int) -> Bool {
    (target.byte(index) > 0x20 && target.byte(index) < 0x7F) || isLetter(index)
  }

  /// Letters and digits of ASCII, and letters of two bytes: those of alphabets, which hold words together.
  private func isLetter(_ index: Int) -> Bool {
    func leads(_ index: Int) -> Bool { (0xC3...0xDF).contains(target.byte(index)) }
    return ASCII.isAlphanumeric(target.byte(index)) || leads(index) || (index > 0 && leads(index - 1))
  }
}
