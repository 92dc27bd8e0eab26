/// What a batcher has done so far and what it has in hand now.
package struct BatchCounters: Sendable, Equatable {
  /// Batches that started together, items and rows in them, and their tokens with and without padding.
  package internal(set) var batches = 0
  package internal(set) var items = 0
  package internal(set) var rows = 0
  package internal(set) var tokens = 0
  package internal(set) var paddedTokens = 0
  /// Submissions that found the queue full, and those that could not be expected to be answered in time.
  package internal(set) var refusedSubmissions = 0
  package internal(set) var hopelessSubmissions = 0
  /// Items whose deadline passed before their answer.
  package internal(set) var expiredItems = 0
  package internal(set) var runningRows = 0
  package internal(set) var queuedItems = 0
  package internal(set) var queuedTokens = 0

  mutating func count(_ batch: PlannedBatch) {
    batches += 1
    items += batch.items.count
    rows += batch.rows
    tokens += batch.tokens
    paddedTokens += batch.paddedTokens
  }

  mutating func count(_ refusal: BatchFailure) {
    switch refusal {
    case .queueFull: refusedSubmissions += 1
    case .tooLate: hopelessSubmissions += 1
    default: break
    }
  }
}
