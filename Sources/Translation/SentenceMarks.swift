/// Punctuation that matters where sentences and clauses end.
enum SentenceMarks {
  /// Ends a sentence where white space follows.
  static let spaced: Set<Unicode.Scalar> = [
    ".", "!", "?", "…", "‽", "⁇", "⁈", "⁉", "؟", "۔", "।", "॥", "։", "።",
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

  static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }
}
