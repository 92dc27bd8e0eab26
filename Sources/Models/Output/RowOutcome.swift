import CKernels

/// What may follow a row; valid until its session steps again.
package struct RowOutcome {
  private let entries: UnsafePointer<ck_entry>  // (count)
  /// As many as were asked for, or as there are. Where fewer may follow, the rest have -∞.
  package let count: Int
  /// log Σ exp(logit); 0 where it was not asked for.
  package let normalizer: Float
  /// The logit of the target's next token; -∞ past its end.
  package let target: Float

  package init(entries: UnsafePointer<ck_entry>, count: Int, normalizer: Float, target: Float) {
    self.entries = entries
    self.count = count
    self.normalizer = normalizer
    self.target = target
  }

  /// The likeliest first, the lower token first on ties.
  package func token(_ rank: Int) -> Int32 { entries[rank].place }
  package func logit(_ rank: Int) -> Float { entries[rank].value }
}
