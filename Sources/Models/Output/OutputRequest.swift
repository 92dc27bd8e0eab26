import CKernels

/// The facts that a search asks for after each step of a row. The logits themselves never leave the session: they are as
/// many as the vocabulary has tokens, and a search reads few of them.
package struct OutputRequest: Sendable {
  /// Number of the likeliest tokens.
  package var best = 1
  /// Number of likeliest tokens that each step asks for beyond the step before it.
  package var growth = 0
  package var normalizer = Normalizer.none
  /// Tokens that are never among the best.
  package var forbidden: [Int32] = []
  /// Number of first steps whose best tokens do not include the end of sentence.
  package var minLength = 0
  /// A given translation: each step gives the logit of its next token, which a shortlist then includes.
  package var target: [Int32] = []
  /// Tokens whose logits each step gives. A shortlist then includes them.
  package var watched: [Int32] = []

  /// The tokens whose exponentials are summed.
  package enum Normalizer: Sendable {
    case none
    /// Every token that the row can produce.
    case all
    /// Every token that is not forbidden.
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

/// The tokens that can follow a row, valid until its session steps again.
package struct RowOutcome {
  private let entries: UnsafePointer<ck_entry>  // (count)
  private let watched: UnsafePointer<Float>?  // (watched tokens)
  /// Number of tokens: those asked for, or the whole vocabulary. If fewer are allowed, the others have a logit of -∞.
  package let count: Int
  /// log Σ exp(logit); 0 if it was not asked for.
  package let normalizer: Float
  /// The logit of the target's next token; -∞ past its end.
  package let target: Float

  package init(
    entries: UnsafePointer<ck_entry>, count: Int, normalizer: Float, target: Float,
    watched: UnsafePointer<Float>? = nil
  ) {
    self.watched = watched
    self.entries = entries
    self.count = count
    self.normalizer = normalizer
    self.target = target
  }

  /// The token of a rank: the likeliest first, and the lower token first on ties.
  package func token(_ rank: Int) -> Int32 { entries[rank].index }
  package func logit(_ rank: Int) -> Float { entries[rank].value }

  /// The logit of a watched token; -∞ if it cannot be produced.
  /// - Parameter index: that of the token in the request.
  package func watched(_ index: Int) -> Float { watched?[index] ?? -.infinity }
}
