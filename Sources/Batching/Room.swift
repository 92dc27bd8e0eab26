/// What may start on a worker beside what is under way there.
///
/// Long items take at most three quarters of the budget, so that a short one never waits for them; a single long one
/// may be of any size. Where a long one has waited its turn while no more than a quarter is long, short ones keep to a
/// quarter until it fits.
struct Room {
  let budget: Load
  /// What is under way.
  var short = Load()
  var long = Load()
  /// Whether a long item has waited its turn.
  var longIsDue = false

  init(budget: Load) {
    self.budget = budget
  }

  private var quarter: Load { Load(rows: budget.rows / 4, tokens: budget.tokens / 4) }
  private var isReserved: Bool { longIsDue && long.fits(in: quarter) }
  private var rest: Load { Load(rows: budget.rows - quarter.rows, tokens: budget.tokens - quarter.tokens) }

  func isShort(_ item: BatchItem) -> Bool { item.tokens <= budget.tokens / 16 }

  /// Whether `item` may start together with `batch`.
  ///
  /// What starts together is bounded too: everything under way stands still for its pass through the encoder, whose
  /// activations take memory.
  func takes(_ item: BatchItem, with batch: PlannedBatch) -> Bool {
    let load = batch.load(with: item)
    if let first = batch.items.first {
      guard load.tokens <= quarter.tokens, batch.sourceTokens(with: item) <= budget.tokens / 8,
        isShort(first) == isShort(item)
      else { return false }
    }
    if short + long == Load() { return batch.items.isEmpty || load.rows <= budget.rows }
    if isShort(item) {
      return (short + load).fits(in: quarter) || !isReserved && (short + long + load).fits(in: budget)
    }
    return (long == Load() || (long + load).fits(in: rest))
      && (short.fits(in: quarter) || (short + long + load).fits(in: budget))
  }
}
