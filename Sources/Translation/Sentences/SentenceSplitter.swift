/// Splits a text at new lines, at white space that makes columns and behind sentence-final punctuation, in time linear
/// in its length.
///
/// Closing quotes and brackets stay with the sentence they close. A full stop ends none within numbers and words,
/// behind abbreviations, initials, ordinals and list numbers, or before a lower-case letter.
package struct SentenceSplitter: Sendable {
  private let splitting: SentenceSplitting
  private let rules: SentenceRules

  /// - Parameter language: the code of the text's.
  package init(language: String? = nil, _ splitting: SentenceSplitting = .sentencesAndLines) {
    self.splitting = splitting
    rules = SentenceRules.of(language)
  }

  package func split(_ text: String) -> SegmentedText { split(Passage(text: text)).text }

  /// No sentence ends within what is kept.
  func split(_ passage: Passage) -> SegmentedPassage {
    let scalars = Array(passage.text.unicodeScalars)
    let kept = ScalarOffsets.ranges(of: passage.kept, in: scalars)
    var scan = SentenceScan(scalars, kept: kept, rules: rules, splitting: splitting)
    return SegmentedPassage(SegmentedText(scalars, pieces: scan.sentences()), keeping: passage.kept)
  }
}
