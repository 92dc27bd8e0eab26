/// Where a sentence may be cut: between characters as a reader sees them, and not within what is kept.
struct CutPlaces {
  private let scalars: [Unicode.Scalar]
  /// One a scalar: whether a cut in front of it is allowed.
  private var allowed: [Bool]

  /// - Parameter kept: bytes of UTF-8.
  init(_ text: String, _ scalars: [Unicode.Scalar], kept: [Range<Int>]) {
    self.scalars = scalars
    allowed = Array(repeating: false, count: scalars.count)
    var index = 0
    for character in text {
      allowed[index] = true
      index += character.unicodeScalars.count
    }
    for span in ScalarOffsets.ranges(of: kept, in: scalars) {
      for index in span.dropFirst() { allowed[index] = false }
    }
  }

  var count: Int { scalars.count }

  func text(_ range: Range<Int>) -> String { String(scalars[range]) }

  /// The end of what stands at `start` and can not be cut.
  func next(after start: Int) -> Int {
    var index = start + 1
    while index < count, !allowed[index] { index += 1 }
    return min(index, count)
  }

  /// Where to cut within a window that does not reach the end, else the end. Beyond the window only where nothing
  /// within may be cut.
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

  /// The range's end without blanks before it.
  func trimmed(_ range: Range<Int>) -> Int {
    var end = range.upperBound
    while end > range.lowerBound + 1, allowed[end - 1], SentenceMarks.isBlank(scalars[end - 1]) { end -= 1 }
    return end
  }

  func pastBlanks(from start: Int) -> Int {
    var index = start
    while index < count, allowed[index], SentenceMarks.isBlank(scalars[index]) { index += 1 }
    return index
  }
}
