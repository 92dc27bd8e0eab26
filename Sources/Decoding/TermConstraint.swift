/// The terms that a sentence's translation must have.
package struct TermPlan: Sendable {
  package var terms: [TermConstraint]
  package var texts: any TokenTexts
  /// Whether a term can begin at any word, instead of only where the decoder attends to its source.
  package var isAnywhere: Bool

  package init(_ terms: [TermConstraint], texts: any TokenTexts, isAnywhere: Bool = false) {
    self.terms = Array(terms.prefix(Self.maxTerms))
    self.texts = texts
    self.isAnywhere = isAnywhere
  }

  /// Terms of a sentence; a hypothesis marks each in a bit.
  package static let maxTerms = 64
}

extension TermPlan: Hashable {
  /// Compares plans of one model, whose texts are the same.
  package static func == (a: TermPlan, b: TermPlan) -> Bool { a.isAnywhere == b.isAnywhere && a.terms == b.terms }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(isAnywhere)
    hasher.combine(terms)
  }
}

/// A term that a translation must have, beside the place of what it translates.
package struct TermConstraint: Sendable, Hashable {
  /// Positions of source tokens.
  package var source: Range<Int>
  /// The ways to write the term, at least one; the search takes the likeliest.
  package var forms: [TermForm]

  package init(source: Range<Int>, forms: [TermForm]) {
    self.source = source
    self.forms = forms
  }
}

/// The tokens of one way to write a term, each at least one.
package struct TermForm: Sendable, Hashable {
  /// Tokens at the start of a translation.
  package var first: [Int32]
  /// Tokens after a space.
  package var spaced: [Int32]
  /// Tokens after a sign without a space.
  package var joined: [Int32]

  package init(first: [Int32], spaced: [Int32], joined: [Int32]) {
    self.first = first
    self.spaced = spaced
    self.joined = joined
  }

  var all: [[Int32]] { [first, spaced, joined] }
}
