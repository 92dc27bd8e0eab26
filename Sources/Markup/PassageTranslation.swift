/// What was made of one of a document's passages.
package struct PassageTranslation: Sendable {
  package var text: String
  /// In their order; what lies between them is white space, the same in both texts or but for one space.
  package var sentences: [Sentence]

  package init(text: String, sentences: [Sentence]) {
    self.text = text
    self.sentences = sentences
  }

  /// Bytes of UTF-8 of the passage and of its translation.
  package struct Sentence: Sendable {
    package var source: Range<Int>
    package var target: Range<Int>
    /// Which part of the source each part of the target stands for; empty where that is not known.
    package var links: [Link]
    /// Where what had to stay as it is landed.
    package var kept: [Link]

    package init(source: Range<Int>, target: Range<Int>, links: [Link], kept: [Link] = []) {
      self.source = source
      self.target = target
      self.links = links
      self.kept = kept
    }
  }

  package struct Link: Sendable, Equatable {
    package var source: Range<Int>
    package var target: Range<Int>

    package init(source: Range<Int>, target: Range<Int>) {
      self.source = source
      self.target = target
    }
  }
}
