/// Decides which waiting items start on which worker, without time or threads: the clock is an argument.
///
/// - Clients share the workers fairly (`FairQueue`), within a budget of rows and padded tokens (`WorkerCapacity`). Items
///   that start together have similar lengths.
/// - An idle worker starts at once with its share of the queue. Between two steps more items start beside those in
///   flight, if they are worth an encoder pass or the last pass was some time ago.
/// - A worker runs one kind at a time. It takes no more of it once another kind has waited a turn, and changes over when
///   its items are finished.
/// - The queue is bounded, and an item that cannot be expected to meet its deadline is refused (`AdmissionControl`).
/// - With static batches a worker starts only once all its items are finished. A batch that is not full waits for others,
///   up to the delay, if others are likely.
package struct Scheduler: Sendable {
  /// The next action of a worker.
  package enum Decision: Equatable {
    /// Start these items, which have left the queue, beside those in flight.
    case run(PlannedBatch)
    /// Ask again at this time of the clock, or when something changes.
    case wait(until: UInt64)
    /// Continue with the items in flight.
    case nothing
  }

  /// An encoder pass is worth it for a third as many rows as wait for it.
  private static let joinFactor = 3

  private let limits: BatchLimits
  private var queues: [Int: FairQueue] = [:]
  private var loads: [WorkerLoad?]
  private var admission: AdmissionControl
  /// Time at which a worker last took up a kind.
  private var lastTurns: [Int: UInt64] = [:]
  private var lastBatchWasShared = false
  private var isDraining = false

  /// - Parameter workers: at least 1; workers are numbered from 0.
  package init(limits: BatchLimits, workers: Int) {
    self.limits = limits
    loads = Array(repeating: nil, count: workers)
    admission = AdmissionControl(limits: limits, workers: workers)
  }

  package var queuedItems: Int { admission.queued.items }
  /// Tokens that wait, without padding.
  package var queuedTokens: Int { admission.queued.tokens }
  /// Rows in flight on all workers.
  package var runningRows: Int { loads.reduce(0) { $0 + ($1?.rows ?? 0) } }
  /// Whether nothing is in flight on a worker.
  package func isIdle(worker: Int) -> Bool { loads[worker] == nil }
  /// Whether nothing waits and nothing is in flight.
  package var isIdle: Bool { queuedItems == 0 && busyWorkers == 0 }

  private var busyWorkers: Int { loads.count { $0 != nil } }

  // MARK: Admission

  /// Takes the items of one submission into the queue, or none of them.
  /// - Parameter deadline: time by which the items are to be answered; nil for any time.
  /// - Returns: the reason for a refusal; nil if the items were taken.
  package mutating func admit(_ submission: [BatchItem], deadline: UInt64?, now: UInt64) -> BatchFailure? {
    guard let first = submission.first else { return isDraining ? .draining : nil }
    let tokens = submission.reduce(0) { $0 + $1.tokens }
    if isDraining { return .draining }
    if !first.isContinuation,
      let refusal = refusal(
        items: submission.count, tokens: tokens, of: first.client, deadline: deadline, now: now)
    {
      return refusal
    }
    admission.enter(submission, submissions: submissions(of: first.client) + 1)
    let isSmall = submission.reduce(0) { $0 + $1.length } <= limits.smallSubmissionTokens
    for item in submission {
      queues[item.kind, default: FairQueue(quantum: limits.turnTokens)].append(item, isSmall: isSmall)
    }
    return nil
  }

  /// The reason for which a submission would be refused now; nil if it would be taken.
  package func refusal(items: Int, tokens: Int, of client: String, deadline: UInt64?, now: UInt64) -> BatchFailure? {
    if isDraining { return .draining }
    return admission.refusal(
      items: items, tokens: tokens, of: client, submissions: submissions(of: client) + 1, deadline: deadline,
      hasIdleWorker: queuedItems == 0 && busyWorkers < loads.count, now: now)
  }

  private func submissions(of client: String) -> Int {
    queues.values.reduce(0) { $0 + $1.submissions(of: client) }
  }

  /// Takes an item out of the queue; an item that is not in the queue is left alone.
  package mutating func remove(_ id: UInt64, now: UInt64) {
    // An array of the keys: a view of them would share the queues' storage, and each removal copy a whole queue.
    for kind in Array(queues.keys) {
      guard let item = queues[kind]?.remove(id) else { continue }
      admission.remove(item, now: now)
      if queues[kind]?.isEmpty == true { queues[kind] = nil }
      return
    }
  }

  /// From now on nothing is admitted, and no item waits for others.
  package mutating func drain() {
    isDraining = true
  }

  // MARK: Workers

  /// The next action of a worker; to be asked while it is idle and between its steps.
  /// - Parameter idle: number of idle workers, this one included.
  package mutating func next(worker: Int, idle: Int, now: UInt64) -> Decision {
    guard let load = loads[worker] else { return startIdle(worker, idle: max(idle, 1), now: now) }
    return join(load, on: worker, now: now)
  }

  /// Counts steps of a worker, to be called before the scheduler is asked for what starts next.
  package mutating func step(worker: Int, count: Int = 1) {
    loads[worker]?.step(count)
  }

  /// To be called once for each item that `next` handed out, when it is answered or cancelled.
  /// - Parameter residenceNanoseconds: time that the item was in flight.
  package mutating func finish(
    _ item: BatchItem, worker: Int, residenceNanoseconds: UInt64, wasCancelled: Bool, now: UInt64
  ) {
    admission.finish(item, residenceNanoseconds: residenceNanoseconds, wasCancelled: wasCancelled, now: now)
    admission.measure(busyWorkers: busyWorkers, now: now)
    loads[worker]?.finish(item.id)
    guard let load = loads[worker], load.isEmpty else { return }
    lastBatchWasShared = load.isShared
    loads[worker] = nil
  }

  private mutating func startIdle(_ worker: Int, idle: Int, now: UInt64) -> Decision {
    guard let kind = kindWithOldestTurn, let oldest = queues[kind]?.oldest else { return .nothing }
    if limits.mode == .whole, let end = waitEnd(kind, oldest), now < end { return .wait(until: end) }
    admission.measure(busyWorkers: busyWorkers, now: now)
    let waitingRows = queues.values.reduce(0) { $0 + $1.rows }
    let maxRows = (waitingRows + idle - 1) / idle
    return start(on: worker, WorkerLoad(kind: kind, startTime: now), maxRows: maxRows, now: now)
  }

  /// Lets items join those in flight on a worker.
  private mutating func join(_ load: WorkerLoad, on worker: Int, now: UInt64) -> Decision {
    guard limits.mode == .continuous, load.nextKind == nil else { return .nothing }
    if let nextKind = overdueKind(beside: load, now: now) {
      loads[worker]?.nextKind = nextKind
      return .nothing
    }
    guard let queue = queues[load.kind] else { return .nothing }
    let share = rowShare(of: load.kind, waitingRows: queue.rows)
    let rowLimit = limits.rowLimit(of: load.kind, besideItemOfRows: load.widestItemRows)
    let rowsAhead = rowsEncodedAhead(of: load.kind)
    let freeRows = min(share, rowLimit) - load.rows
    let freeRowsAhead = min(share, rowLimit + rowsAhead) - load.rows
    let delayIsOver = isDraining || now >= load.lastPassTime.addingClamped(limits.maxDelayNanoseconds)
    let isWorthAPass =
      freeRows > 0 && (delayIsOver || Self.joinFactor * min(freeRows, queue.rows) >= load.rows)
      || rowsAhead > 0 && freeRowsAhead >= rowsAhead
    guard isWorthAPass else { return .nothing }
    return start(on: worker, load, maxRows: freeRowsAhead, now: now)
  }

  private mutating func start(on worker: Int, _ load: WorkerLoad, maxRows: Int, now: UInt64) -> Decision {
    var load = load
    let isWhole = limits.mode == .whole
    var capacity = capacity(beside: load)
    let overdue = isWhole ? nil : overdueItem(of: load.kind, capacity, now: now)
    if overdue != nil, drains(worker, load.kind, capacity) { capacity.overdueItem = overdue }
    let goesFirst = overdue.flatMap { capacity.takes($0, with: PlannedBatch()) ? $0 : nil }
    if goesFirst != nil { capacity.overdueItem = nil }
    let batch = queues[load.kind]?.take(first: goesFirst, maxRows: maxRows, maxPrice: limits.batchTokens) {
      isWhole ? $1.takes($0, within: capacity.budget) : capacity.takes($0, with: $1)
    }
    guard let batch, let first = batch.items.first else { return .nothing }
    if queues[load.kind]?.isEmpty == true { queues[load.kind] = nil }
    for item in batch.items { admission.start(item) }
    load.start(batch, isShort: capacity.isShort(first), now: now)
    loads[worker] = load
    lastTurns[load.kind] = load.startTime
    return .run(batch)
  }

  // MARK: Capacity

  private func capacity(beside load: WorkerLoad) -> WorkerCapacity {
    let budget = WorkLoad(
      rows: limits.rowLimit(of: load.kind), tokens: limits.batchTokens, heldBytes: limits.batchHeldBytes)
    var capacity = load.capacity(budget: budget)
    capacity.rowsEncodedAhead = rowsEncodedAhead(of: load.kind)
    return capacity
  }

  /// Rows in flight on a worker beyond those that step. If as many small submissions wait as rows step, as many again
  /// are encoded ahead: they have to wait in any case, and larger passes are faster.
  private func rowsEncodedAhead(of kind: Int) -> Int {
    let limit = limits.rowLimit(of: kind)
    return limits.mode == .continuous && (queues[kind]?.newSubmissions ?? 0) >= limit ? limit : 0
  }

  /// Rows per worker if all workers that run a kind had the same number: a worker with more leaves the queue to the
  /// others. At least one worker runs the kind.
  private func rowShare(of kind: Int, waitingRows: Int) -> Int {
    let running = loads.compactMap { $0 }.filter { $0.kind == kind && $0.nextKind == nil }
    return (running.reduce(waitingRows) { $0 + $1.rows } + running.count - 1) / running.count
  }

  /// An item that has waited a turn, and did not fit then.
  private mutating func overdueItem(of kind: Int, _ capacity: WorkerCapacity, now: UInt64) -> BatchItem? {
    let maxTurn = limits.maxTurnNanoseconds
    queues[kind]?.findOverdueItem {
      now >= $0.arrival.addingClamped(maxTurn) && !capacity.takes($0, with: PlannedBatch())
    }
    return queues[kind]?.overdueItem
  }

  /// Whether this worker drains to make room for the overdue item. At most one worker does: the one with the fewest long
  /// tokens.
  private func drains(_ worker: Int, _ kind: Int, _ own: WorkerCapacity) -> Bool {
    loads.indices.allSatisfy { other in
      guard other != worker, let rival = loads[other], rival.kind == kind, rival.nextKind == nil else {
        return true
      }
      return (own.long.tokens, worker) < (capacity(beside: rival).long.tokens, other)
    }
  }

  // MARK: Kinds

  private var kindWithOldestTurn: Int? {
    queues.min { (lastTurns[$0.key] ?? 0, $0.key) < (lastTurns[$1.key] ?? 0, $1.key) }?.key
  }

  /// Another kind that no worker runs or turns to next, and that has waited a turn while this one had its own.
  private func overdueKind(beside load: WorkerLoad, now: UInt64) -> Int? {
    guard now >= load.startTime.addingClamped(limits.maxTurnNanoseconds) else { return nil }
    let served = Set(loads.compactMap { $0?.nextKind ?? $0?.kind })
    return queues.first { kind, queue in
      guard !served.contains(kind), let oldest = queue.oldest else { return false }
      return now >= oldest.arrival.addingClamped(limits.maxTurnNanoseconds)
    }?.key
  }

  // MARK: Static batches

  /// Time until which a batch that is not full waits for others; nil if it starts at once.
  private func waitEnd(_ kind: Int, _ oldest: BatchItem) -> UInt64? {
    let isFull = (queues[kind]?.rows ?? 0).multipliedClamped(by: oldest.length) >= limits.batchTokens
    let othersAreLikely =
      busyWorkers > 0 || lastBatchWasShared || queues.count > 1 || queues[kind]?.hasSeveralSubmissions == true
    return isDraining || isFull || !othersAreLikely ? nil : oldest.arrival.addingClamped(limits.maxDelayNanoseconds)
  }
}

/// Items that are to start together.
package struct PlannedBatch: Sendable, Equatable {
  package private(set) var items: [BatchItem] = []
  package private(set) var rows = 0
  package private(set) var longest = 0
  package private(set) var heldBytes = 0

  package init() {}

  /// Tokens with padding.
  package var paddedTokens: Int { rows * longest }
  /// Tokens without padding.
  package var tokens: Int { items.reduce(0) { $0 + $1.tokens } }

  /// The load of the batch, had `item` been added.
  func load(with item: BatchItem) -> WorkLoad {
    let rows = rows + item.rows
    return WorkLoad(
      rows: rows, tokens: rows * max(longest, item.length), heldBytes: heldBytes + item.heldBytes)
  }

  /// Padded tokens that the encoder reads, had `item` been added: each source once, regardless of its rows.
  package func sourceTokens(with item: BatchItem) -> Int { (items.count + 1) * max(longest, item.length) }

  /// Whether `item` can be added; the first one in any case.
  func takes(_ item: BatchItem, within budget: WorkLoad) -> Bool {
    items.isEmpty || load(with: item).fits(in: budget)
  }

  package mutating func add(_ item: BatchItem) {
    items.append(item)
    rows += item.rows
    longest = max(longest, item.length)
    heldBytes += item.heldBytes
  }
}
