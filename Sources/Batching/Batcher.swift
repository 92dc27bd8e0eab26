import Dispatch

/// Gathers payloads from many threads into batches, runs these on workers, and answers each payload exactly once.
///
/// A worker's context (its workspace, say) is made by `makeWorker` on the worker's own serial queue and never leaves it.
///
/// `@unchecked Sendable`: everything that changes is only touched on the serial queue `state`.
package final class Batcher<Payload: Sendable, Answer: Sendable>: @unchecked Sendable {
  private typealias Entry = BatchEntry<Payload, Answer>
  private typealias Worker = BatchWorker<Payload, Answer>

  private let state = DispatchQueue(label: "dragoman.batcher")
  private let workers: [Worker]
  private let clock: @Sendable () -> UInt64
  private var policy: BatchPolicy
  private var waiting: [UInt64: Entry] = [:]
  private var idle: [Worker]
  private var lastID: UInt64 = 0
  private var lastGroup: UInt64 = 0
  private var wakeUp: UInt64?
  private var whenDrained: [@Sendable () -> Void] = []
  private var counted = BatchCounters()

  /// - Parameters:
  ///   - workers: at least 1.
  ///   - clock: nanoseconds that only rise.
  ///   - makeWorker: called once for each worker's index; what it returns runs one batch after another.
  package init(
    limits: BatchLimits, workers: Int,
    clock: @escaping @Sendable () -> UInt64 = { DispatchTime.now().uptimeNanoseconds },
    makeWorker: @escaping @Sendable (Int) -> (BatchRun<Payload, Answer>) -> Void
  ) {
    policy = BatchPolicy(limits: limits)
    self.workers = (0..<max(workers, 1)).map { BatchWorker(index: $0, make: makeWorker) }
    idle = self.workers.reversed()
    self.clock = clock
  }

  /// Puts payloads into the queue, all or none of them.
  ///
  /// Not to be called from within a completion that `cancel` ran.
  /// - Parameter completion: called once for each payload with its index, on a worker's queue or by `cancel`.
  /// - Throws: `BatchFailure` where they are not taken; then `completion` is not called.
  package func submit(
    _ payloads: [BatchPayload<Payload>],
    completion: @escaping @Sendable (Int, Result<Answer, BatchFailure>) -> Void
  ) throws -> BatchTicket {
    let entries = try state.sync {
      let entries = makeEntries(payloads, completion: completion)
      if let failure = policy.admit(entries.map(\.item)) {
        if failure == .queueFull { counted.refusedSubmissions += 1 }
        throw failure
      }
      for entry in entries { waiting[entry.item.id] = entry }
      dispatch()
      return entries
    }
    return BatchTicket { self.cancel(entries) }
  }

  /// Makes every worker's context now rather than with its first batch; returns when all are made.
  package func prepare() {
    let group = DispatchGroup()
    for worker in workers {
      group.enter()
      worker.run { _ in group.leave() }
    }
    group.wait()
  }

  /// Takes nothing new, runs what waits without delay, and calls `completion` once when all of it is answered.
  package func drain(completion: @escaping @Sendable () -> Void) {
    state.async {
      self.policy.drain()
      self.whenDrained.append(completion)
      self.dispatch()
      self.reportIfDrained()
    }
  }

  package var counters: BatchCounters {
    state.sync {
      var counters = counted
      counters.queuedItems = policy.queuedItems
      counters.queuedTokens = policy.queuedTokens
      counters.runningBatches = workers.count - idle.count
      return counters
    }
  }

  private func makeEntries(
    _ payloads: [BatchPayload<Payload>],
    completion: @escaping @Sendable (Int, Result<Answer, BatchFailure>) -> Void
  ) -> [Entry] {
    let now = clock()
    lastGroup += 1
    return payloads.enumerated().map { index, payload in
      lastID += 1
      let item = BatchItem(
        id: lastID, group: lastGroup, kind: payload.kind, length: payload.length, rows: payload.rows, arrival: now)
      return BatchEntry(item: item, payload: payload.value) { completion(index, $0) }
    }
  }

  private func cancel(_ entries: [Entry]) {
    for entry in entries { entry.finish(.failure(.cancelled)) }
    state.async {
      for entry in entries {
        self.policy.remove(entry.item.id)
        self.waiting[entry.item.id] = nil
      }
      self.reportIfDrained()
    }
  }

  // MARK: On `state`

  private func dispatch() {
    while let worker = idle.last {
      switch policy.next(now: clock(), idleWorkers: idle.count) {
      case .nothing: return
      case .wait(let time): return wake(at: time)
      case .run(let batch):
        idle.removeLast()
        start(batch, on: worker)
      }
    }
  }

  private func start(_ batch: PlannedBatch, on worker: Worker) {
    counted.count(batch)
    counted.runningRows += batch.rows
    let entries = batch.items.compactMap { waiting.removeValue(forKey: $0.id) }
    let id = UInt64(counted.batches)
    worker.run { process in
      let wanted = entries.filter { !$0.isFinished }
      if !wanted.isEmpty {
        let run = BatchRun(id: id, entries: wanted, started: self.clock())
        process(run)
        run.finishRest()
      }
      self.state.async {
        self.policy.finished(batch)
        self.counted.runningRows -= batch.rows
        self.idle.append(worker)
        self.dispatch()
        self.reportIfDrained()
      }
    }
  }

  /// The pending block keeps the batcher alive until what waits has been looked at again.
  private func wake(at time: UInt64) {
    if let wakeUp, wakeUp <= time { return }
    wakeUp = time
    let now = clock()
    let delay = time > now ? Int(clamping: time - now) : 0
    state.asyncAfter(deadline: .now() + .nanoseconds(delay)) {
      if self.wakeUp == time { self.wakeUp = nil }
      self.dispatch()
    }
  }

  private func reportIfDrained() {
    guard !whenDrained.isEmpty, policy.isIdle else { return }
    let completions = whenDrained
    whenDrained = []
    for completion in completions { DispatchQueue.global().async(execute: completion) }
  }
}
