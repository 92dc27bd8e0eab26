/// A text on its way to a model, and what of it must not change.
package struct Passage: Sendable, Equatable {
  package var text: String
  /// Bytes of `text`'s UTF-8 that stand in the translation as they are, wherever it puts them: in their order, at
  /// character boundaries, not overlapping.
  package var kept: [Range<Int>]

  package init(text: String, kept: [Range<Int>] = []) {
    self.text = text
    self.kept = kept
  }
}
