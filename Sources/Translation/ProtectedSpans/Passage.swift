/// A text to translate, with the parts of it that must not change.
package struct Passage: Sendable, Equatable {
  package var text: String
  /// The protected spans: bytes of UTF-8 that must be in the translation unchanged, in any place.
  ///
  /// They are in their order, at character boundaries, not overlapping.
  package var kept: [Range<Int>]

  package init(text: String, kept: [Range<Int>] = []) {
    self.text = text
    self.kept = kept
  }
}
