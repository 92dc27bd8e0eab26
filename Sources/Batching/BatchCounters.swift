/// What a batcher has done so far and what it has in hand now.
package struct BatchCounters: Sendable, Equatable {
  /// Batches that started together, items and rows in them, and their tokens with and without padding.
  package internal(set) var batches = 0
  package internal(set) var items = 0
  package internal(set) var rows = 0
  package internal(set) var tokens = 0
  package internal(set) var paddedTokens = 0
  package internal(set) var runningRows = 0
  package internal(set) var queuedItems = 0

  mutating func count(_ batch: PlannedBatch) {
    batches += 1
    items += batch.items.count
    rows += batch.rows
    tokens += batch.tokens
    paddedTokens += batch.paddedTokens
  }
}
