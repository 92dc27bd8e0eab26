/// What may start on a worker beside what is under way there.
///
/// Long items take at most three quarters of the budget, so that a short one never waits for them; a single long one
/// may be of any size. Where a long one has waited its turn, short ones keep to their quarter until it fits.
struct Room {
  let budget: Int
  /// Tokens under way, padding included.
  var short = 0
  var long = 0
  /// Whether a long item has waited long enough for short ones to make room.
  var isReserved = false

  init(budget: Int) {
    self.budget = budget
  }

  private var quarter: Int { budget / 4 }

  func isShort(_ item: BatchItem) -> Bool { item.tokens <= budget / 16 }

  /// Whether `item` may start together with `batch`.
  ///
  /// What starts together is bounded too: everything under way stands still for its pass through the encoder, whose
  /// activations take memory.
  func takes(_ item: BatchItem, with batch: PlannedBatch) -> Bool {
    let tokens = batch.paddedTokens(with: item)
    if let first = batch.items.first {
      guard tokens <= quarter, batch.sourceTokens(with: item) <= budget / 8, isShort(first) == isShort(item)
      else { return false }
    }
    if short + long == 0 { return true }
    if isShort(item) {
      return short + tokens <= quarter || !isReserved && short + long + tokens <= budget
    }
    return (long == 0 || long + tokens <= budget - quarter)
      && (short <= quarter || short + long + tokens <= budget)
  }
}
