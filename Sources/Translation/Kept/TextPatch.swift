/// A translation some parts of which are replaced.
struct TextPatch {
  /// Ranges of the old text's UTF-8 in their order, not overlapping, and what takes their place.
  private let replacements: [(range: Range<Int>, text: String)]
  /// The bytes that the text grows by up to each replacement, and by all of them.
  private let shifts: [Int]
  let text: String

  init(_ old: ByteText, replacing replacements: [(range: Range<Int>, text: String)]) {
    self.replacements = replacements.sorted { $0.range.lowerBound < $1.range.lowerBound }
    var (text, cursor) = ("", 0)
    var shifts = [0]
    for (range, new) in self.replacements {
      text += old[cursor..<range.lowerBound] + new
      cursor = range.upperBound
      shifts.append((shifts.last ?? 0) + new.utf8.count - range.count)
    }
    self.shifts = shifts
    self.text = text + old[cursor..<old.count]
  }

  /// Where something of the old text is now: with what was replaced, where that touches it.
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
