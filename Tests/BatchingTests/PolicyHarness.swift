import Batching

/// A policy with a clock that only moves when told to.
final class PolicyHarness {
  var policy: BatchPolicy
  var now: UInt64 = 1_000
  private var lastID: UInt64 = 0
  private var lastGroup: UInt64 = 0

  init(batchTokens: Int = 100, delay: UInt64 = 10, queuedItems: Int = 1_000_000, queuedTokens: Int = 1_000_000_000) {
    policy = BatchPolicy(
      limits: BatchLimits(
        batchTokens: batchTokens, delay: delay, queuedItems: queuedItems, queuedTokens: queuedTokens))
  }

  /// One submission of items with these lengths.
  /// - Returns: their ids, or nil and the refusal.
  @discardableResult
  func submit(_ lengths: [Int], kind: Int = 0, rows: Int = 1) -> (ids: [UInt64], refusal: BatchFailure?) {
    lastGroup += 1
    let items = lengths.map { length in
      lastID += 1
      return BatchItem(id: lastID, group: lastGroup, kind: kind, length: length, rows: rows, arrival: now)
    }
    return (items.map(\.id), policy.admit(items))
  }

  func next(idleWorkers: Int = 1) -> BatchDecision {
    policy.next(now: now, idleWorkers: idleWorkers)
  }

  /// The batch that is to run now; nil where the decision is another.
  func batch(idleWorkers: Int = 1) -> PlannedBatch? {
    if case .run(let batch) = next(idleWorkers: idleWorkers) { return batch }
    return nil
  }

  /// Runs and finishes batches until nothing is left to run now.
  func runAll() -> [PlannedBatch] {
    var batches: [PlannedBatch] = []
    while let batch = batch() {
      policy.finished(batch)
      batches.append(batch)
    }
    return batches
  }
}
