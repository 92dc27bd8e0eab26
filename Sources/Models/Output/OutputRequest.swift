/// What a search wants to know of a row after each step. The logits themselves never leave the session: a vocabulary of
/// them is much, and what a search reads of it is little.
package struct OutputRequest: Sendable {
  /// How many of the likeliest tokens.
  package var best = 1
  package var normalizer = Normalizer.none
  /// Never among the best.
  package var forbidden: [Int32] = []
  /// The end of sentence is not among the best of so many first steps.
  package var minLength = 0
  /// A given translation: each step tells the logit of its next token, which a shortlist does not leave out.
  package var target: [Int32] = []

  /// What to sum exponentials over.
  package enum Normalizer: Sendable {
    case none
    /// Every token that the row can produce.
    case all
    /// Those that are not forbidden.
    case allowed
  }

  package init(
    best: Int = 1, normalizer: Normalizer = .none, forbidden: [Int32] = [], minLength: Int = 0, target: [Int32] = []
  ) {
    self.best = best
    self.normalizer = normalizer
    self.forbidden = forbidden
    self.minLength = minLength
    self.target = target
  }
}
