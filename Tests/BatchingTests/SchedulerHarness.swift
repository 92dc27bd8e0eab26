import Batching

/// A scheduler with a clock that only the test moves.
final class SchedulerHarness {
  var scheduler: Scheduler
  var now: UInt64 = 1_000
  let workers: Int
  private var lastID: UInt64 = 0
  private var lastSubmissionID: UInt64 = 0

  init(
    mode: BatchMode = .continuous, batchTokens: Int = 100, batchHeldBytes: Int = 64, rows: [Int] = [],
    delay: UInt64 = 10, turn: UInt64 = 1_000, queuedItems: Int = 1_000_000, queuedTokens: Int = 1_000_000_000,
    workers: Int = 2
  ) {
    self.workers = workers
    scheduler = Scheduler(
      limits: BatchLimits(
        mode: mode, batchTokens: batchTokens, batchHeldBytes: batchHeldBytes, rows: rows,
        maxDelayNanoseconds: delay, maxTurnNanoseconds: turn, queuedItems: queuedItems,
        queuedTokens: queuedTokens), workers: workers)
  }

  /// Submits items of these lengths together.
  /// - Returns: their ids, and the reason of a refusal.
  @discardableResult
  func submit(
    _ lengths: [Int], kind: Int = 0, rows: Int = 1, heldBytes: Int = 0, client: String = "", deadline: UInt64? = nil,
    continues: Bool = false, isBackground: Bool = false
  ) -> (ids: [UInt64], refusal: BatchFailure?) {
    lastSubmissionID += 1
    let items = lengths.map { length in
      lastID += 1
      return BatchItem(
        id: lastID, submissionID: lastSubmissionID, client: client, kind: kind, length: length, rows: rows,
        heldBytes: heldBytes, arrival: now, isContinuation: continues, isBackground: isBackground)
    }
    return (items.map(\.id), scheduler.admit(items, deadline: deadline, now: now))
  }

  func next(worker: Int = 0, idle: Int = 1) -> Scheduler.Decision {
    scheduler.next(worker: worker, idle: idle, now: now)
  }

  /// The batch that starts now; nil for another decision.
  func batch(worker: Int = 0, idle: Int = 1) -> PlannedBatch? {
    if case .run(let batch) = next(worker: worker, idle: idle) { return batch }
    return nil
  }

  func step(_ count: Int = 1, worker: Int = 0) {
    for _ in 0..<count { scheduler.step(worker: worker) }
  }

  /// Finishes all items of a batch.
  func finish(_ batch: PlannedBatch, worker: Int = 0, after residence: UInt64 = 0) {
    for item in batch.items {
      scheduler.finish(item, worker: worker, residenceNanoseconds: residence, wasCancelled: false, now: now)
    }
  }

  /// Starts and finishes batches on an idle worker until nothing is left to start now.
  func runAll() -> [PlannedBatch] {
    var batches: [PlannedBatch] = []
    while let batch = batch() {
      finish(batch)
      batches.append(batch)
    }
    return batches
  }
}
