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
    let own = sourceTokens.indices.filter { sourceTokens[$0].overlaps(span) }
    let looking = seen.indices.filter { !targetTokens[$0].isEmpty && own.contains(seen[$0]) }
    guard let first = looking.first, let last = looking.last, looking.count <= 2 * own.count + 2 else { return nil }
    guard (first...last).allSatisfy({ targetTokens[$0].isEmpty || own.contains(seen[$0]) }) else { return nil }
    let place = targetTokens[first].lowerBound..<targetTokens[last].upperBound
    let text = source[span]
    if Self.isWords(text) { return place }
    let whole = wholeWord(place)
    return Self.likeness(text, target[whole]) >= 0.5 ? whole : nil
  }

  /// A translated word may look like anything; what is not one must still look alike.
  private static func isWords(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || $0 == " " }
  }

  /// With the rest of what stands between white space, but for marks at its end.
  private func wholeWord(_ place: Range<Int>) -> Range<Int> {
    var (start, end) = (place.lowerBound, place.upperBound)
    while start > 0, isPartOfWord(start - 1) { start -= 1 }
    while end < target.count, isPartOfWord(end) { end += 1 }
    while end > place.upperBound, ASCII.isOne(of: ".,;:!?)\"'", target.byte(end - 1)) { end -= 1 }
    return start..<end
  }

  private func isPartOfWord(_ index: Int) -> Bool { target.byte(index) > 0x20 && target.byte(index) < 0x7F }

  /// Twice the longest common subsequence to the length of both, 0 to 1.
  static func likeness(_ first: String, _ second: String) -> Double {
    let (first, second) = (Array(first.utf8), Array(second.utf8))
    guard !first.isEmpty, !second.isEmpty, first.count * second.count <= 1 << 20 else { return 0 }
    var row = [Int](repeating: 0, count: second.count + 1)
    for byte in first {
      var diagonal = 0
      for index in second.indices {
        let above = row[index + 1]
        row[index + 1] = byte == second[index] ? diagonal + 1 : max(above, row[index])
        diagonal = above
      }
    }
    return 2 * Double(row[second.count]) / Double(first.count + second.count)
  }
}
