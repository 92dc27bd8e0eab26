import Tokenization

/// The no-break spaces of a source, put back into its translation: a tokenizer reads them as ordinary spaces.
///
/// A space of the translation is the one of the source if the word or sign on one side of it is the same. Examples are a
/// number before its unit, a sign such as "»" or "!" after a word, and a name after "Mr.".
enum NoBreakSpaces {
  typealias Edit = (range: Range<Int>, text: String)

  /// The spaces that hold words together: no-break space, narrow no-break space and figure space.
  private static let all: Set<Unicode.Scalar> = ["\u{A0}", "\u{202F}", "\u{2007}"]

  /// A space between two words or signs.
  private struct Gap {
    let range: Range<Int>
    let scalar: Unicode.Scalar
    let before: String
    let after: String
  }

  /// Returns the spaces of the target to replace, in their order.
  static func edits(_ source: ByteText, _ target: ByteText) -> [Edit] {
    guard source.string.unicodeScalars.contains(where: { $0.value >= 0xA0 && all.contains($0) }) else { return [] }
    let wanted = gaps(source).filter { all.contains($0.scalar) }
    guard !wanted.isEmpty else { return [] }
    var free = gaps(target)[...]
    var edits: [Edit] = []
    for gap in wanted {
      guard let place = place(of: gap, in: free) else { continue }
      if free[place].scalar == " " { edits.append((free[place].range, String(gap.scalar))) }
      free = free[(place + 1)...]
    }
    return edits
  }

  private static func place(of gap: Gap, in free: ArraySlice<Gap>) -> Int? {
    free.firstIndex { $0.before == gap.before && $0.after == gap.after }
      ?? free.firstIndex { hasNumber(gap.before) && $0.before == gap.before }
      ?? free.firstIndex { $0.after == gap.after }
      ?? free.firstIndex { $0.before == gap.before }
  }

  private static func hasNumber(_ word: String) -> Bool { word.utf8.contains(where: ASCII.isDigit) }

  private static func gaps(_ text: ByteText) -> [Gap] {
    let scalars = Array(text.string.unicodeScalars)
    var gaps: [Gap] = []
    var offset = 0
    for (index, scalar) in scalars.enumerated() {
      let range = offset..<offset + UTF8.width(scalar)
      offset = range.upperBound
      guard scalar == " " || all.contains(scalar) else { continue }
      let before = word(scalars, from: index - 1, step: -1)
      let after = word(scalars, from: index + 1, step: 1)
      guard let before, let after else { continue }
      gaps.append(Gap(range: range, scalar: scalar, before: before, after: after))
    }
    return gaps
  }

  /// The letters and digits up to the next other sign, or one sign; nil if there is a space or nothing. Only the nearest
  /// ones of a long word are looked at.
  private static func word(_ scalars: [Unicode.Scalar], from start: Int, step: Int) -> String? {
    var found: [Unicode.Scalar] = []
    var index = start
    while scalars.indices.contains(index), found.count < wordLetters {
      let scalar = scalars[index]
      let isOfWord = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      if !isOfWord {
        if found.isEmpty, !scalar.properties.isWhitespace { found = [scalar] }
        break
      }
      found.append(scalar)
      index += step
    }
    guard !found.isEmpty else { return nil }
    return String(String.UnicodeScalarView(step < 0 ? found.reversed() : found))
  }

  private static let wordLetters = 24
}
