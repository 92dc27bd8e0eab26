/// Emoji, with all scalars that belong to them (UTS #51), and symbols like them.
enum Emoji {
  /// Whether a text consists of emoji and blanks.
  static func isAll(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      if let length = length(scalars[index...].prefix(maxScalars)) {
        index += length
      } else if SentenceMarks.isBlank(scalars[index]) {
        index += 1
      } else {
        return false
      }
    }
    return !scalars.isEmpty
  }

  /// A number of scalars that no emoji exceeds.
  static let maxScalars = 32

  /// Returns the number of scalars of the emoji at the start; nil if there is none.
  static func length(_ scalars: ArraySlice<Unicode.Scalar>) -> Int? {
    let keycap = scalars.dropFirst().drop { $0 == presentation }.first
    if keycap == "\u{20E3}", let first = scalars.first, first.properties.isEmoji {
      return scalars.prefix { $0 != "\u{20E3}" }.count + 1
    }
    guard var end = element(scalars, at: scalars.startIndex) else { return nil }
    while end < scalars.endIndex, scalars[end] == joiner, let next = element(scalars, at: end + 1) { end = next }
    return end - scalars.startIndex
  }

  private static let joiner: Unicode.Scalar = "\u{200D}"
  private static let presentation: Unicode.Scalar = "\u{FE0F}"

  /// Returns the end of an emoji without the emoji joined to it. Two regional indicators are a flag.
  private static func element(_ scalars: ArraySlice<Unicode.Scalar>, at start: Int) -> Int? {
    guard start < scalars.endIndex, isPicture(scalars[start]) || isPresented(scalars, at: start) else { return nil }
    var end = start + 1
    if isRegional(scalars[start]) {
      return end < scalars.endIndex && isRegional(scalars[end]) ? end + 1 : end
    }
    while end < scalars.endIndex, modifies(scalars[end]) { end += 1 }
    return end
  }

  /// Whether a scalar is a symbol from the arrows on, except the units and words of East Asia.
  private static func isPicture(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x2190 else { return false }
    if scalar.properties.isEmojiPresentation || (0x2190...0x21FF).contains(scalar.value) { return true }
    guard !(0x3200...0x33FF).contains(scalar.value) else { return false }
    return scalar.properties.generalCategory == .otherSymbol
  }

  /// Whether a scalar is presented as an emoji, as in "©️" or "↔️".
  private static func isPresented(_ scalars: ArraySlice<Unicode.Scalar>, at start: Int) -> Bool {
    scalars[start].properties.isEmoji && start + 1 < scalars.endIndex && scalars[start + 1] == presentation
  }

  private static func isRegional(_ scalar: Unicode.Scalar) -> Bool { (0x1F1E6...0x1F1FF).contains(scalar.value) }

  /// Whether a scalar is a skin tone, a presentation selector, or a tag of the flag of a region.
  private static func modifies(_ scalar: Unicode.Scalar) -> Bool {
    (0xFE00...0xFE0F).contains(scalar.value) || scalar.properties.isEmojiModifier
      || (0xE0020...0xE007F).contains(scalar.value)
  }
}
