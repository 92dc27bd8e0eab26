/// The terms that a sentence's translation must have.
package struct TermPlan: Sendable {
  package var terms: [TermConstraint]
  package var texts: any TokenTexts
  /// Whether a beam can begin a term at any word, instead of only where the decoder attends to its source.
  package var isAnywhere: Bool
  /// The number added to the attention's scores of the sources of written terms, not above 0.
  package var writtenBias: Float = -2

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
  package static func == (a: TermPlan, b: TermPlan) -> Bool {
    a.terms == b.terms && a.isAnywhere == b.isAnywhere && a.writtenBias == b.writtenBias
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(terms)
    hasher.combine(isAnywhere)
    hasher.combine(writtenBias)
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
  /// Short words in small letters that cannot stand right before the term, each with those that can in its place.
  package var misfits: [String: Set<String>] = [:]

  package init(first: [Int32], spaced: [Int32], joined: [Int32], misfits: [String: Set<String>] = [:]) {
    self.first = first
    self.spaced = spaced
    self.joined = joined
    self.misfits = misfits
  }

  package var all: [[Int32]] { [first, spaced, joined] }
}
