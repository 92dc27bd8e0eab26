import Dispatch

/// Brings payloads from many threads to workers, in batches, and answers each payload once.
///
/// A worker's context, such as its workspace, is made by `makeWorker` on the worker's own serial queue and never leaves
/// that queue.
///
/// `@unchecked Sendable`: all variables are only touched on the serial queue `state`.
package final class Batcher<Payload: BatchPayload, Answer: Sendable>: @unchecked Sendable {
  private typealias Item = QueuedItem<Payload, Answer>
  private typealias Worker = BatchWorker<Payload, Answer>

  private let state = DispatchQueue(label: "dragoman.batcher")
  private let workers: [Worker]
  private let clock: @Sendable () -> UInt64
  private var scheduler: Scheduler {
    didSet { waiting.value = scheduler.queuedItems }
  }
  /// Items that wait or are in flight.
  private var items: [UInt64: Item] = [:]
  private var deadlines = DeadlineHeap()
  private var idleWorkers: [Worker]
  private let cancellations = CancellationCount()
  /// The queue's length, which workers read without a turn on `state`.
  private let waiting = WaitingCount()
  private var lastID: UInt64 = 0
  private var lastSubmissionID: UInt64 = 0
  /// Time at which the queue is looked at again.
  private var wakeTime: UInt64?
  /// Time at which deadlines are looked at again.
  private var deadlineWakeTime: UInt64?
  private var drainCompletions: [@Sendable () -> Void] = []
  private var counts = BatchCounters()

  /// - Parameters:
  ///   - workers: at least 1.
  ///   - clock: nanoseconds that only rise.
  ///   - makeWorker: called once per worker with its index. The closure that it returns is called whenever the worker has
  ///     items, and returns once `WorkerSession.next` has returned nil.
  package init(
    limits: BatchLimits, workers: Int,
    clock: @escaping @Sendable () -> UInt64 = { DispatchTime.now().uptimeNanoseconds },
    makeWorker: @escaping @Sendable (Int) -> (WorkerSession<Payload, Answer>) -> Void
  ) {
    scheduler = Scheduler(limits: limits, workers: max(workers, 1))
    self.workers = (0..<max(workers, 1)).map { BatchWorker(index: $0, make: makeWorker) }
    idleWorkers = self.workers.reversed()
    self.clock = clock
  }

  /// Puts payloads into the queue, all or none of them.
  ///
  /// Not to be called from within a completion.
  /// - Parameters:
  ///   - client: the client that sent them; clients share the workers fairly.
  ///   - deadline: time of the clock; payloads without an answer by then fail as `deadlinePassed`.
  ///   - continues: whether they continue admitted work; then only a drain refuses them.
  ///   - isBackground: whether nobody waits for them; then others go before them more often.
  ///   - completion: called once per payload with its index, on any thread; it must be quick.
  /// - Throws: `BatchFailure` if they are refused; then `completion` is not called.
  package func submit(
    _ payloads: [Payload], client: String = "", deadline: UInt64? = nil, continues: Bool = false,
    isBackground: Bool = false, completion: @escaping @Sendable (Int, Result<Answer, BatchFailure>) -> Void
  ) throws -> BatchTicket {
    let submission = try state.sync {
      let now = clock()
      let submission = makeItems(
        payloads, client: client, continues: continues, isBackground: isBackground, now: now, completion)
      if let refusal = scheduler.admit(submission.map(\.item), deadline: deadline, now: now) { throw refusal }
      for queued in submission {
        items[queued.item.id] = queued
        if let deadline { deadlines.insert(queued.item.id, deadline: deadline) }
      }
      dispatch()
      watchDeadlines()
      return submission
    }
    return BatchTicket { self.cancel(submission) }
  }

  /// The reason for which a submission of a client would be refused now; nil if it would be taken.
  /// - Parameters:
  ///   - items: the least number of items that the submission will have.
  ///   - tokens: the least number of tokens that the submission will have.
  package func refusal(items: Int = 1, tokens: Int = 1, client: String, deadline: UInt64?) -> BatchFailure? {
    state.sync {
      scheduler.refusal(items: max(items, 1), tokens: max(tokens, 1), of: client, deadline: deadline, now: clock())
    }
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

  /// Takes nothing new, starts waiting items without delay, and calls `completion` once all are answered.
  package func drain(completion: @escaping @Sendable () -> Void) {
    state.async {
      self.scheduler.drain()
      self.drainCompletions.append(completion)
      self.dispatch()
      self.reportIfDrained()
    }
  }

  package var counters: BatchCounters {
    state.sync {
      var counters = counts
      counters.queuedItems = scheduler.queuedItems
      counters.runningRows = scheduler.runningRows
      return counters
    }
  }

  private func cancel(_ submission: [Item]) {
    for queued in submission { giveUp(queued, .cancelled) }
    state.async {
      for queued in submission { self.remove(queued.item.id) }
      self.reportIfDrained()
    }
  }

  private func giveUp(_ queued: Item, _ failure: BatchFailure) {
    queued.finish(.failure(failure))
    cancellations.add()
  }

  // MARK: On `state`

  private func makeItems(
    _ payloads: [Payload], client: String, continues: Bool, isBackground: Bool, now: UInt64,
    _ completion: @escaping @Sendable (Int, Result<Answer, BatchFailure>) -> Void
  ) -> [Item] {
    lastSubmissionID += 1
    return payloads.indices.map { index in
      lastID += 1
      let payload = payloads[index]
      let item = BatchItem(
        id: lastID, submissionID: lastSubmissionID, client: client, kind: payload.kind, length: payload.length,
        rows: payload.rows, heldBytes: payload.heldBytes, arrival: now, isContinuation: continues,
        isBackground: isBackground)
      return Item(item, payload: payload) { completion(index, $0) }
    }
  }

  private func remove(_ id: UInt64) {
    scheduler.remove(id, now: clock())
    forget(id)
  }

  private func forget(_ id: UInt64) {
    items[id] = nil
    deadlines.forgetOthers(live: items.count) { items[$0] != nil }
  }

  private func dispatch() {
    while let worker = idleWorkers.last {
      switch scheduler.next(worker: worker.index, idle: idleWorkers.count, now: clock()) {
      case .nothing: return
      case .wait(let time): return wake(at: time)
      case .run(let batch):
        idleWorkers.removeLast()
        start(taken(batch), on: worker)
      }
    }
  }

  private func taken(_ batch: PlannedBatch) -> [Item] {
    counts.add(batch)
    return batch.items.compactMap { items[$0.id] }
  }

  private func start(_ first: [Item], on worker: Worker) {
    worker.run { process in
      let session = WorkerSession<Payload, Answer>(
        first, cancellations: self.cancellations, waiting: self.waiting, clock: self.clock
      ) {
        self.exchange($0, steps: $1, worker)
      }
      process(session)
      session.failUnanswered()
    }
  }

  /// Takes a worker's finished items and returns those that start, or nil if nothing is in flight and nothing waits.
  /// - Parameter steps: the steps that the worker has made since its last call.
  private func exchange(_ finished: [FinishedItem], steps: Int, _ worker: Worker) -> [Item]? {
    state.sync {
      let now = clock()
      scheduler.step(worker: worker.index, count: steps)
      for ended in finished {
        scheduler.finish(
          ended.item, worker: worker.index, residenceNanoseconds: ended.residenceNanoseconds,
          wasCancelled: ended.wasCancelled, now: now)
        forget(ended.item.id)
      }
      expire(now)
      if case .run(let batch) = scheduler.next(worker: worker.index, idle: idleWorkers.count + 1, now: now) {
        return taken(batch)
      }
      guard scheduler.isIdle(worker: worker.index) else { return [] }
      idleWorkers.append(worker)
      dispatch()
      reportIfDrained()
      return nil
    }
  }

  /// The pending block keeps the batcher alive until the queue was looked at again.
  private func wake(at time: UInt64) {
    if let wakeTime, wakeTime <= time { return }
    wakeTime = time
    state.asyncAfter(deadline: dispatchTime(time)) {
      if self.wakeTime == time { self.wakeTime = nil }
      self.dispatch()
    }
  }

  private func dispatchTime(_ time: UInt64) -> DispatchTime {
    let now = clock()
    return .now() + .nanoseconds(time > now ? Int(clamping: time - now) : 0)
  }

  private func reportIfDrained() {
    guard !drainCompletions.isEmpty, scheduler.isIdle else { return }
    let completions = drainCompletions
    drainCompletions = []
    for completion in completions { DispatchQueue.global().async(execute: completion) }
  }

  // MARK: Deadlines, on `state`

  private func expire(_ now: UInt64) {
    while let first = deadlines.first, first.deadline <= now {
      deadlines.removeFirst()
      guard let queued = items[first.id] else { continue }
      giveUp(queued, .deadlinePassed)
      remove(first.id)
    }
  }

  /// Looks at deadlines later, in case no worker does: workers look at them between steps.
  private func watchDeadlines() {
    while let first = deadlines.first, items[first.id] == nil { deadlines.removeFirst() }
    guard let time = deadlines.first?.deadline else { return }
    if let deadlineWakeTime, deadlineWakeTime <= time { return }
    deadlineWakeTime = time
    state.asyncAfter(deadline: dispatchTime(time)) { [weak self] in
      guard let self else { return }
      if self.deadlineWakeTime == time { self.deadlineWakeTime = nil }
      self.expire(self.clock())
      self.watchDeadlines()
      self.reportIfDrained()
    }
  }
}

/// Takes a submission back.
package struct BatchTicket: Sendable {
  private let action: @Sendable () -> Void

  init(_ action: @escaping @Sendable () -> Void) {
    self.action = action
  }

  /// Fails all unanswered items as `cancelled`, on this thread, before it returns.
  ///
  /// Waiting items leave the queue; workers learn of items in flight through `WorkerSession.isCancelled`. Safe to call at
  /// any time and repeatedly.
  package func cancel() {
    action()
  }
}

/// The batches of a batcher so far, and its present load.
package struct BatchCounters: Sendable, Equatable {
  /// Batches that started together.
  package internal(set) var batches = 0
  /// Items, rows and tokens of these batches, and tokens with padding.
  package internal(set) var items = 0
  package internal(set) var rows = 0
  package internal(set) var tokens = 0
  package internal(set) var paddedTokens = 0
  /// Items that wait now.
  package internal(set) var queuedItems = 0
  /// Rows in flight now.
  package internal(set) var runningRows = 0

  mutating func add(_ batch: PlannedBatch) {
    batches += 1
    items += batch.items.count
    rows += batch.rows
    tokens += batch.tokens
    paddedTokens += batch.paddedTokens
  }
}
