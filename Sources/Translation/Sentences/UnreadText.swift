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
    for index in scalars.indices.dropLast() where isUnread[index] && isDegree(scalars, index) {
      isUnread[index + 1] = true
    }
    spread(&isUnread, scalars, over: Array(scalars.indices))
    spread(&isUnread, scalars, over: scalars.indices.reversed())
    spreadToNumbers(&isUnread, scalars, over: Array(scalars.indices))
    spreadToNumbers(&isUnread, scalars, over: scalars.indices.reversed())
    return runs(isUnread, scalars)
  }

  /// Whether the letter of a scale follows a degree sign.
  private static func isDegree(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    scalars[index] == "°" && ["C", "F"].contains(scalars[index + 1])
      && !(index + 2 < scalars.count && isOfWord(scalars[index + 2]))
  }

  /// Spreads from each unread letter to the next letter of its word, in one direction.
  private static func spread(_ isUnread: inout [Bool], _ scalars: [Unicode.Scalar], over indices: [Int]) {
    for (index, next) in zip(indices, indices.dropFirst())
    where isUnread[index] && isOfWord(scalars[index]) && isOfWord(scalars[next]) {
      isUnread[next] = true
    }
  }

  /// Spreads from each unread sign to the number beside it, in one direction: "\u{2212}4.5", "§ 12", "9.8‰".
  private static func spreadToNumbers(_ isUnread: inout [Bool], _ scalars: [Unicode.Scalar], over indices: [Int]) {
    var position = 0
    while position < indices.count {
      guard isUnread[indices[position]], isSign(scalars[indices[position]]) else {
        position += 1
        continue
      }
      var next = position + 1
      if next < indices.count, SentenceMarks.isBlank(scalars[indices[next]]) { next += 1 }
      var end = next
      while end < indices.count, isOfNumber(scalars[indices[end]]) || groupsDigits(scalars, indices, next, end) {
        end += 1
      }
      while end > next, !isDigit(scalars[indices[end - 1]]) { end -= 1 }
      if next < indices.count, end > next, isDigit(scalars[indices[next]]) {
        if isMinus(scalars, indices, end) { end += 1 }
        end = endOfUnit(scalars, indices, end)
        for index in indices[position..<end] { isUnread[index] = true }
      }
      position = max(end, position + 1)
    }
  }

  /// Whether a minus sign with a blank or nothing before it is next, in a direction from the end of a number to its start.
  private static func isMinus(_ scalars: [Unicode.Scalar], _ indices: [Int], _ position: Int) -> Bool {
    guard position < indices.count, scalars[indices[position]] == "-", indices[position] < indices[position - 1] else {
      return false
    }
    return position + 1 == indices.count || SentenceMarks.isBlank(scalars[indices[position + 1]])
  }

  /// Returns the end of a degree or share sign after a number, with the letter of a scale: "\u{2212}4 °C" is one sign.
  private static func endOfUnit(_ scalars: [Unicode.Scalar], _ indices: [Int], _ start: Int) -> Int {
    var end = start
    if end < indices.count, SentenceMarks.isBlank(scalars[indices[end]]) { end += 1 }
    guard end < indices.count, ["°", "%", "‰"].contains(scalars[indices[end]]) else { return start }
    end += 1
    if end < indices.count, ["C", "F"].contains(scalars[indices[end]]) { end += 1 }
    return end
  }

  /// Whether a blank is between groups of digits, of which the later one has three, so that both are one number.
  private static func groupsDigits(
    _ scalars: [Unicode.Scalar], _ indices: [Int], _ start: Int, _ blank: Int
  ) -> Bool {
    guard SentenceMarks.isBlank(scalars[indices[blank]]), blank > start else { return false }
    let before = indices[start..<blank].reversed().prefix(4).prefix { isDigit(scalars[$0]) }.count
    let after = indices[(blank + 1)...].prefix(4).prefix { isDigit(scalars[$0]) }.count
    let isForward = indices[blank] > indices[start]
    return isForward ? after == 3 && (1...3).contains(before) : before == 3 && (1...3).contains(after)
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (48...57).contains(scalar.value) }

  private static func isOfNumber(_ scalar: Unicode.Scalar) -> Bool {
    isDigit(scalar) || scalar == "." || scalar == ","
  }

  /// Whether a scalar is a sign that says something of a number beside it.
  private static func isSign(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .mathSymbol, .currencySymbol, .otherPunctuation: true
    case .otherSymbol: !scalar.properties.isEmojiPresentation
    default: false
    }
  }

  /// Whether a scalar is a letter of a script with spaces, or a mark on or between letters.
  private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "\u{200C}" || scalar == "\u{200D}" { return true }
    guard !Scripts.isUnspaced(scalar) else { return false }
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
