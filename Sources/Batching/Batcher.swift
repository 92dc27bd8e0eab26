import Dispatch

/// Brings payloads from many threads to workers, a few at a time, and answers each exactly once.
///
/// A worker's context (its workspace, say) is made by `makeWorker` on the worker's own serial queue and never leaves it.
///
/// `@unchecked Sendable`: everything that changes is only touched on the serial queue `state`.
package final class Batcher<Payload: Sendable, Answer: Sendable>: @unchecked Sendable {
  private typealias Entry = BatchEntry<Payload, Answer>
  private typealias Worker = BatchWorker<Payload, Answer>
  private typealias Course = BatchCourse<Payload, Answer>

  private let state = DispatchQueue(label: "dragoman.batcher")
  private let workers: [Worker]
  private let clock: @Sendable () -> UInt64
  private var policy: BatchPolicy
  /// What waits and what is under way.
  private var entries: [UInt64: Entry] = [:]
  private var deadlines = DeadlineHeap()
  private var idle: [Worker]
  private let givenUp = GivenUpCount()
  private var lastID: UInt64 = 0
  private var lastGroup: UInt64 = 0
  private var wakeUp: UInt64?
  private var watched: UInt64?
  private var whenDrained: [@Sendable () -> Void] = []
  private var counted = BatchCounters()

  /// - Parameters:
  ///   - workers: at least 1.
  ///   - clock: nanoseconds that only rise.
  ///   - makeWorker: called once for each worker's index; what it returns is called whenever that worker has something
  ///     to do, and returns once there is nothing more.
  package init(
    limits: BatchLimits, workers: Int,
    clock: @escaping @Sendable () -> UInt64 = { DispatchTime.now().uptimeNanoseconds },
    makeWorker: @escaping @Sendable (Int) -> (BatchCourse<Payload, Answer>) -> Void
  ) {
    policy = BatchPolicy(limits: limits, workers: max(workers, 1))
    self.workers = (0..<max(workers, 1)).map { BatchWorker(index: $0, make: makeWorker) }
    idle = self.workers.reversed()
    self.clock = clock
  }

  /// Puts payloads into the queue, all or none of them.
  ///
  /// Not to be called from within a completion.
  /// - Parameters:
  ///   - client: whose they are; clients share the workers fairly.
  ///   - deadline: of the clock; what has no answer by then fails as `deadlinePassed`.
  ///   - continues: they follow from what was taken before; only a drain refuses them.
  ///   - completion: called once for each payload with its index, on any thread; it must be quick.
  /// - Throws: `BatchFailure` where they are not taken; then `completion` is not called.
  package func submit(
    _ payloads: [BatchPayload<Payload>], client: String = "", deadline: UInt64? = nil, continues: Bool = false,
    completion: @escaping @Sendable (Int, Result<Answer, BatchFailure>) -> Void
  ) throws -> BatchTicket {
    let entries = try state.sync {
      let now = clock()
      let items = makeItems(payloads, client: client, continues: continues, now: now)
      if let failure = policy.admit(items, deadline: deadline, now: now) { throw failure }
      let entries = items.indices.map { index in
        BatchEntry(item: items[index], payload: payloads[index].value) { completion(index, $0) }
      }
      for entry in entries {
        self.entries[entry.item.id] = entry
        if let deadline { deadlines.insert(entry.item.id, deadline: deadline) }
      }
      dispatch()
      watchDeadlines()
      return entries
    }
    return BatchTicket { self.cancel(entries) }
  }

  /// The reason for which a submission of a client would be refused now; nil if it would be taken.
  /// - Parameter tokens: the least that the submission will have.
  package func refusal(client: String, tokens: Int = 1, deadline: UInt64?) -> BatchFailure? {
    state.sync { policy.refusal(1, tokens: max(tokens, 1), of: client, deadline: deadline, now: clock()) }
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
      counters.runningRows = policy.runningRows
      return counters
    }
  }

  private func makeItems(
    _ payloads: [BatchPayload<Payload>], client: String, continues: Bool, now: UInt64
  ) -> [BatchItem] {
    lastGroup += 1
    return payloads.indices.map { index in
      lastID += 1
      let payload = payloads[index]
      return BatchItem(
        id: lastID, group: lastGroup, client: client, kind: payload.kind, length: payload.length, rows: payload.rows,
        arrival: now, isContinuation: continues)
    }
  }

  private func cancel(_ entries: [Entry]) {
    for entry in entries { giveUp(entry, .cancelled) }
    state.async {
      for entry in entries { self.forget(entry.item.id) }
      self.reportIfDrained()
    }
  }

  private func giveUp(_ entry: Entry, _ failure: BatchFailure) {
    entry.finish(.failure(failure))
    givenUp.add()
  }

  // MARK: On `state`

  private func forget(_ id: UInt64) {
    policy.remove(id, now: clock())
    end(id)
  }

  private func end(_ id: UInt64) {
    entries[id] = nil
    deadlines.forgetOthers(live: entries.count) { entries[$0] != nil }
  }

  private func dispatch() {
    while let worker = idle.last {
      switch policy.next(worker: worker.index, idle: idle.count, now: clock()) {
      case .nothing: return
      case .wait(let time): return wake(at: time)
      case .run(let batch):
        idle.removeLast()
        start(taken(batch), on: worker)
      }
    }
  }

  private func taken(_ batch: PlannedBatch) -> [Entry] {
    counted.count(batch)
    return batch.items.compactMap { entries[$0.id] }
  }

  private func start(_ first: [Entry], on worker: Worker) {
    worker.run { process in
      let course = Course(first, givenUp: self.givenUp, clock: self.clock) { self.exchange($0, worker) }
      process(course)
      course.finishRest()
    }
  }

  /// Called by a worker after each of its steps, or because nothing is under way.
  private func exchange(_ departures: [Departure], _ worker: Worker) -> [Entry]? {
    state.sync {
      let now = clock()
      policy.stepped(worker: worker.index)
      for departure in departures {
        policy.left(
          departure.item, worker: worker.index, after: departure.stay, isGivenUp: departure.isGivenUp,
          now: now)
        end(departure.item.id)
      }
      expire(now)
      if case .run(let batch) = policy.next(worker: worker.index, idle: idle.count + 1, now: now) {
        return taken(batch)
      }
      guard policy.isIdle(worker: worker.index) else { return [] }
      idle.append(worker)
      dispatch()
      reportIfDrained()
      return nil
    }
  }

  /// The pending block keeps the batcher alive until what waits has been looked at again.
  private func wake(at time: UInt64) {
    if let wakeUp, wakeUp <= time { return }
    wakeUp = time
    state.asyncAfter(deadline: moment(time)) {
      if self.wakeUp == time { self.wakeUp = nil }
      self.dispatch()
    }
  }

  private func moment(_ time: UInt64) -> DispatchTime {
    let now = clock()
    return .now() + .nanoseconds(time > now ? Int(clamping: time - now) : 0)
  }

  private func reportIfDrained() {
    guard !whenDrained.isEmpty, policy.isIdle else { return }
    let completions = whenDrained
    whenDrained = []
    for completion in completions { DispatchQueue.global().async(execute: completion) }
  }

  // MARK: Deadlines, on `state`

  private func expire(_ now: UInt64) {
    while let first = deadlines.first, first.deadline <= now {
      deadlines.removeFirst()
      guard let entry = entries[first.id] else { continue }
      giveUp(entry, .deadlinePassed)
      forget(first.id)
    }
  }

  /// Workers look at deadlines between steps; this is for when none does.
  private func watchDeadlines() {
    while let first = deadlines.first, entries[first.id] == nil { deadlines.removeFirst() }
    guard let time = deadlines.first?.deadline else { return }
    if let watched, watched <= time { return }
    watched = time
    state.asyncAfter(deadline: moment(time)) { [weak self] in
      guard let self else { return }
      if self.watched == time { self.watched = nil }
      self.expire(self.clock())
      self.watchDeadlines()
      self.reportIfDrained()
    }
  }
}
