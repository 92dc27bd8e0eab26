/// Punctuation that matters where sentences and clauses end.
enum SentenceMarks {
  /// Ends a sentence where white space follows.
  static let spaced: Set<Unicode.Scalar> = [
    ".", "!", "?", "…", "‽", "⁇", "⁈", "⁉", "؟", "۔", "।", "॥", "։", "።", "፧", "။", "។", "៕", "᠃", "꓿", "܀",
  ]
  /// Ends a sentence whatever follows: scripts without spaces.
  static let unspaced: Set<Unicode.Scalar> = ["。", "！", "？", "｡"]
  /// Marks that leave open whether a new sentence follows: a lower-case letter behind them says no.
  static let weak: Set<Unicode.Scalar> = [".", "…"]
  /// Belong to the sentence that ended before them.
  static let closers: Set<Unicode.Scalar> = [
    "\"", "'", "”", "’", "»", "›", ")", "]", "}", "」", "』", "）", "】", "》", "〉", "］",
  ]
  /// Belong to the sentence that begins behind them.
  static let openers: Set<Unicode.Scalar> = [
    "\"", "'", "“", "‘", "„", "«", "‹", "(", "[", "{", "¿", "¡", "-", "–", "—", "「", "『", "（", "【", "《", "〈", "［",
  ]
  /// Ends a clause where white space follows.
  static let clause: Set<Unicode.Scalar> = [";", ":", ",", "،", "؛", "–", "—"]
  /// Ends a clause whatever follows.
  static let unspacedClause: Set<Unicode.Scalar> = ["，", "、", "；", "："]
  /// The line and paragraph ends of Unicode.
  static let newLines: Set<Unicode.Scalar> = [
    "\n", "\r", "\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}",
  ]

  /// Space, letters and digits of ASCII, which are no marks in any language.
  static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case " ", "a"..."z", "A"..."Z", "0"..."9": true
    default: false
    }
  }

  /// White space, and what is not seen at all: it stays where it is at either end of a sentence.
  static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value <= 0x20 }
    return scalar.properties.isWhitespace || invisible.contains(scalar)
      || scalar.properties.generalCategory == .control
  }

  /// Joiners, marks of direction and order, byte order marks, soft hyphens.
  private static let invisible: Set<Unicode.Scalar> = [
    "\u{AD}", "\u{61C}", "\u{180E}", "\u{200B}", "\u{200C}", "\u{200D}", "\u{200E}", "\u{200F}", "\u{202A}",
    "\u{202B}", "\u{202C}", "\u{202D}", "\u{202E}", "\u{2060}", "\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}",
    "\u{FEFF}",
  ]
}
