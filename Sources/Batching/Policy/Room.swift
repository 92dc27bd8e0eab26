/// What may start on a worker beside what is under way there.
///
/// Long items take at most three quarters of the budget, so that a short one never waits for them; a single long one
/// may be of any size. Where an item has waited its turn and does not fit, no long one starts before it; nor do short
/// ones, once no more than a quarter is long, but for a quarter of their own.
struct Room {
  /// Of the rows that step, and the tokens in them.
  let budget: Load
  /// Rows that short items may have beyond the budget, to wait encoded.
  var ahead = 0
  /// What is under way.
  var short = Load()
  var long = Load()
  /// Has waited its turn, and does not fit now.
  var due: BatchItem?

  init(budget: Load) {
    self.budget = budget
  }

  private var quarter: Load { Load(rows: budget.rows / 4, tokens: budget.tokens / 4) }
  private var rest: Load { Load(rows: budget.rows - quarter.rows, tokens: budget.tokens - quarter.tokens) }

  func isShort(_ item: BatchItem) -> Bool { item.tokens <= budget.tokens / 16 && item.rows <= budget.rows }

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
    if short + long == Load() { return batch.items.isEmpty || load.rows <= budget.rows + ahead }
    if due?.id == item.id || due == nil && !isShort(item) { return takesLong(load) }
    return isShort(item) && ((short + load).fits(in: quarter) || !shortStandInTheWay && fits(load))
  }

  private func takesLong(_ load: Load) -> Bool {
    fitsBesideLong(load) && (short.fits(in: quarter) || (short + long + load).fits(in: budget))
  }

  /// Of what is due, once those that are long do no more.
  private var shortStandInTheWay: Bool {
    guard let due else { return false }
    return long.fits(in: quarter) && fitsBesideLong(PlannedBatch().load(with: due))
  }

  /// Whether a short item does.
  private func fits(_ load: Load) -> Bool {
    (short + long + load).fits(in: Load(rows: budget.rows + ahead, tokens: budget.tokens))
  }

  private func fitsBesideLong(_ load: Load) -> Bool { long == Load() || (long + load).fits(in: rest) }
}
