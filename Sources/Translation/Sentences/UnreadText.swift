import Tokenization

/// The parts of a text that a tokenizer has no tokens for, which the model would lose.
///
/// Quotes and dashes are not among them: a sentence reads better without these than in pieces.
enum UnreadText {
  /// Returns the parts as bytes of the text, in their order, not overlapping; in scripts with spaces, whole words.
  static func stretches(_ encoded: EncodedText, unknown token: Int32, in text: String) -> [Range<Int>] {
    guard encoded.ids.contains(token) else { return [] }
    let scalars = Array(text.unicodeScalars)
    let bytes = zip(encoded.ids, encoded.ranges).filter { $0.0 == token }.map(\.1)
    var isUnread = [Bool](repeating: false, count: scalars.count)
    for range in ScalarOffsets.ranges(of: bytes, in: scalars) {
      for index in range {
        let scalar = scalars[index]
        isUnread[index] = !SentenceMarks.isBlank(scalar) && StandInTokenizer.standIns[scalar] == nil
      }
    }
    spread(&isUnread, scalars, over: Array(scalars.indices))
    spread(&isUnread, scalars, over: scalars.indices.reversed())
    return runs(isUnread, scalars)
  }

  /// Spreads from each unread letter to the next letter of its word, in one direction.
  private static func spread(_ isUnread: inout [Bool], _ scalars: [Unicode.Scalar], over indices: [Int]) {
    for (index, next) in zip(indices, indices.dropFirst())
    where isUnread[index] && isOfWord(scalars[index]) && isOfWord(scalars[next]) {
      isUnread[next] = true
    }
  }

  /// Whether a scalar is a letter of a script with spaces, or a mark on or between letters.
  private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "\u{200C}" || scalar == "\u{200D}" { return true }
    let isSpaced = scalar.value < 0x0E00 || (0xAC00...0xD7A3).contains(scalar.value)
    guard isSpaced else { return false }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return true
    default: return scalar.properties.isAlphabetic
    }
  }

  private static func runs(_ isUnread: [Bool], _ scalars: [Unicode.Scalar]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var end = 0
    for (scalar, isUnread) in zip(scalars, isUnread) {
      let range = end..<end + UTF8.width(scalar)
      end = range.upperBound
      guard isUnread else { continue }
      if let last = runs.last, last.upperBound == range.lowerBound {
        runs[runs.count - 1] = last.lowerBound..<end
      } else {
        runs.append(range)
      }
    }
    return runs
  }
}
