/// A translation some parts of which are replaced.
struct TextPatch {
  /// Ranges of the old text's UTF-8 in their order, not overlapping, and what takes their place.
  private let replacements: [(range: Range<Int>, text: String)]
  let text: String

  init(_ old: ByteText, replacing replacements: [(range: Range<Int>, text: String)]) {
    self.replacements = replacements.sorted { $0.range.lowerBound < $1.range.lowerBound }
    var (text, cursor) = ("", 0)
    for (range, new) in self.replacements {
      text += old[cursor..<range.lowerBound] + new
      cursor = range.upperBound
    }
    self.text = text + old[cursor..<old.count]
  }

  /// Where something of the old text is now: with what was replaced, where that touches it.
  func moved(_ range: Range<Int>) -> Range<Int> {
    let start = moved(range.lowerBound, isEnd: false)
    return start..<max(start, moved(range.upperBound, isEnd: true))
  }

  private func moved(_ offset: Int, isEnd: Bool) -> Int {
    var shift = 0
    for (range, new) in replacements where offset > range.lowerBound {
      guard offset >= range.upperBound else {
        return range.lowerBound + shift + (isEnd ? new.utf8.count : 0)
      }
      shift += new.utf8.count - range.count
    }
    return offset + shift
  }
}
