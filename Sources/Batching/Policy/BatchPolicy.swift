/// The rules by which waiting items start on workers, without time or threads: the clock is an argument.
///
/// - Clients share the room fairly (`FairLine`), within a budget of rows and padded tokens (`Room`). What starts together
///   is of alike lengths.
/// - An idle worker starts at once with its share of what waits. Between two steps more may start beside what is under
///   way: when it is worth a pass through the encoder, or when the last pass was a while ago.
/// - A worker runs one kind at a time. It takes no more of it once another kind has waited a turn, and goes over when
///   what is under way is over.
/// - The queue is bounded (`QueueBound`), and what can not be expected to be answered before its deadline is refused
///   (`ThroughputMeter`).
/// - With static batches a worker starts only when all that was under way is over; a batch that is not full waits up to
///   `delay` for company, where company is likely.
package struct BatchPolicy: Sendable {
  /// A pass through the encoder is worth it for a third as many rows as stand still for it.
  private static let joinFactor = 3

  private let limits: BatchLimits
  private var lines: [Int: FairLine] = [:]
  private var courses: [Course?]
  private var bound: QueueBound
  private var meter = ThroughputMeter()
  private var margin = WaitMargin()
  /// Nanoseconds that an item was expected to take, where most of that is the queue.
  private var expected: [UInt64: UInt64] = [:]
  /// Of each kind, when a worker last took it up.
  private var lastTurns: [Int: UInt64] = [:]
  private var lastHadCompany = false
  private var isDraining = false

  /// - Parameter workers: at least 1; they are numbered from 0.
  package init(limits: BatchLimits, workers: Int) {
    self.limits = limits
    courses = Array(repeating: nil, count: workers)
    bound = QueueBound(items: limits.queuedItems, tokens: limits.queuedTokens)
  }

  package var queuedItems: Int { bound.total.items }
  /// Without padding.
  package var queuedTokens: Int { bound.total.tokens }
  /// Rows under way on all workers.
  package var runningRows: Int { courses.reduce(0) { $0 + ($1?.rows ?? 0) } }
  /// Nothing is under way on that worker.
  package func isIdle(worker: Int) -> Bool { courses[worker] == nil }
  /// Nothing waits and nothing runs.
  package var isIdle: Bool { queuedItems == 0 && busyWorkers == 0 }

  private var hasIdleWorker: Bool { queuedItems == 0 && busyWorkers < courses.count }
  private var busyWorkers: Int { courses.count { $0 != nil } }

  // MARK: The queue

  /// Takes the items of one submission into the queue, or none of them.
  /// - Parameters:
  ///   - deadline: of the clock; nil where they may take any time.
  package mutating func admit(_ submission: [BatchItem], deadline: UInt64?, now: UInt64) -> BatchFailure? {
    let continues = submission.first?.isContinuation == true
    let client = submission.first?.client ?? ""
    let tokens = submission.reduce(0) { $0 + $1.tokens }
    if !continues || isDraining,
      let refusal = refusal(submission.count, tokens: tokens, of: client, deadline: deadline, now: now)
    {
      return refusal
    }
    let wait = expectedWait(tokens, of: client)
    if wait > 2 * meter.usualStay { for item in submission { expected[item.id] = wait } }
    bound.enter(items: submission.count, tokens: tokens, of: client, continues: continues)
    enqueue(submission)
    return nil
  }

  private mutating func enqueue(_ submission: [BatchItem]) {
    let isSmall = submission.reduce(0) { $0 + $1.length } <= limits.smallSubmission
    for item in submission {
      lines[item.kind, default: FairLine(quantum: limits.turnTokens)].append(item, isSmall: isSmall)
    }
  }

  /// Why so much could not be admitted now; nil where it could. A worker that is idle tries in any case, or a bad while
  /// would be believed for ever.
  package func refusal(
    _ items: Int, tokens: Int, of client: String, deadline: UInt64?, now: UInt64
  ) -> BatchFailure? {
    if isDraining { return .draining }
    guard items > 0 else { return nil }
    let wait = expectedWait(tokens, of: client)
    let late = now.addingClamped(margin.most(wait))
    if let deadline, now >= deadline { return .deadlinePassed }
    if let deadline, late >= deadline, !hasIdleWorker { return .tooLate(wait: wait) }
    return bound.allows(items: items, tokens: tokens, of: client) ? nil : .queueFull(wait: wait)
  }

  /// Clients take turns and so do submissions of one client: before this one is done the others get no more than it.
  private func expectedWait(_ tokens: Int, of client: String) -> UInt64 {
    let use = bound.use(of: client)
    let submissions = lines.values.reduce(1) { $0 + $1.submissions(of: client) }
    let own = min(use.tokens + tokens, submissions.multipliedClamped(by: tokens))
    let clients = bound.clients + (use.items == 0 ? 1 : 0)
    return meter.wait(tokens: min(queuedTokens + tokens, clients.multipliedClamped(by: own)), workers: courses.count)
  }

  /// Takes an item out of the queue; one that does not wait any more is left alone.
  package mutating func remove(_ id: UInt64, now: UInt64) {
    // Keys of their own: a view of them would hold the lines, and each removal copy one whole.
    for kind in Array(lines.keys) {
      guard let item = lines[kind]?.remove(id) else { continue }
      bound.leave(item)
      compare(item, now: now, isOver: false)
      if lines[kind]?.isEmpty == true { lines[kind] = nil }
      return
    }
  }

  /// From now on nothing is admitted and nothing waits for company.
  package mutating func drain() {
    isDraining = true
  }

  // MARK: Workers

  /// What a worker is to start; to be asked while it is idle and between its steps.
  /// - Parameter idle: workers that are, this one included.
  package mutating func next(worker: Int, idle: Int, now: UInt64) -> BatchDecision {
    guard courses[worker] == nil else { return join(worker, now: now) }
    guard let kind = nextKind, let oldest = lines[kind]?.oldest else { return .nothing }
    if limits.mode == .whole, let due = companyDue(kind, oldest), now < due { return .wait(until: due) }
    advanceMeter(to: now)
    let waiting = lines.values.reduce(0) { $0 + $1.rows }
    let most = (waiting + max(idle, 1) - 1) / max(idle, 1)
    return start(on: worker, Course(kind: kind, started: now), most: most, now: now)
  }

  /// To be called once for each step of a worker.
  package mutating func stepped(worker: Int) {
    courses[worker]?.step()
  }

  /// To be called once for each item that `next` handed out, when it is over.
  /// - Parameters:
  ///   - stay: nanoseconds that it was under way.
  ///   - isGivenUp: whether nobody waited for it any more.
  package mutating func left(_ item: BatchItem, worker: Int, after stay: UInt64, isGivenUp: Bool, now: UInt64) {
    meter.ended(item, after: stay, isGivenUp: isGivenUp)
    compare(item, now: now, isOver: !isGivenUp)
    advanceMeter(to: now)
    courses[worker]?.leave(item.id)
    guard let course = courses[worker], course.isEmpty else { return }
    lastHadCompany = course.hasCompany
    courses[worker] = nil
  }

  private mutating func advanceMeter(to now: UInt64) {
    meter.advance(to: now, workers: busyWorkers, isSaturated: queuedItems > 0)
  }

  private mutating func compare(_ item: BatchItem, now: UInt64, isOver: Bool) {
    guard let wait = expected.removeValue(forKey: item.id), now >= item.arrival else { return }
    margin.saw(now - item.arrival, expected: wait, isOver: isOver)
  }

  private mutating func join(_ worker: Int, now: UInt64) -> BatchDecision {
    guard limits.mode == .continuous, let course = courses[worker], course.successor == nil else { return .nothing }
    if let successor = successor(of: course, now: now) {
      courses[worker]?.successor = successor
      return .nothing
    }
    guard let line = lines[course.kind] else { return .nothing }
    let share = share(of: course.kind, waiting: line.rows)
    let places = limits.places(of: course.kind, besideRows: course.widest)
    let ahead = ahead(of: course.kind)
    let room = min(share, places) - course.rows
    let roomAhead = min(share, places + ahead) - course.rows
    let isDue = isDraining || now >= course.lastStart.addingClamped(limits.delay)
    let isWorthIt =
      room > 0 && (isDue || Self.joinFactor * min(room, line.rows) >= course.rows)
      || ahead > 0 && roomAhead >= ahead
    guard isWorthIt else { return .nothing }
    return start(on: worker, course, most: roomAhead, now: now)
  }

  /// Rows that may be under way on a worker beyond those that step. Where as many small submissions wait as rows step,
  /// as many again are encoded ahead: they have to wait in any case, and passes of many are faster.
  private func ahead(of kind: Int) -> Int {
    let limit = limits.rowLimit(of: kind)
    return limits.mode == .continuous && (lines[kind]?.newcomers ?? 0) >= limit ? limit : 0
  }

  /// Rows that each worker which runs a kind would have, were they all alike: one that has more leaves what waits to
  /// the others. One at least runs it.
  private func share(of kind: Int, waiting: Int) -> Int {
    let running = courses.compactMap { $0 }.filter { $0.kind == kind && $0.successor == nil }
    return (running.reduce(waiting) { $0 + $1.rows } + running.count - 1) / running.count
  }

  private mutating func start(on worker: Int, _ course: Course, most: Int, now: UInt64) -> BatchDecision {
    var course = course
    let isWhole = limits.mode == .whole
    var room = room(beside: course)
    let due = isWhole ? nil : due(of: course.kind, room, now: now)
    if due != nil, makesRoom(worker, course.kind, room) { room.due = due }
    let first = due.flatMap { room.takes($0, with: PlannedBatch()) ? $0 : nil }
    if first != nil { room.due = nil }
    let batch = lines[course.kind]?.take(first: first, most: most, cap: limits.batchTokens) {
      isWhole ? $1.takes($0, within: room.budget) : room.takes($0, with: $1)
    }
    guard let batch, let first = batch.items.first else { return .nothing }
    if lines[course.kind]?.isEmpty == true { lines[course.kind] = nil }
    for item in batch.items { bound.leave(item) }
    course.start(batch, isShort: room.isShort(first), now: now)
    courses[worker] = course
    lastTurns[course.kind] = course.started
    return .run(batch)
  }

  private func room(beside course: Course) -> Room {
    var room = course.room(budget: Load(rows: limits.rowLimit(of: course.kind), tokens: limits.batchTokens))
    room.ahead = ahead(of: course.kind)
    return room
  }

  /// What has waited its turn and did not fit then.
  private mutating func due(of kind: Int, _ room: Room, now: UInt64) -> BatchItem? {
    let limits = limits
    lines[kind]?.findDue {
      now >= $0.arrival.addingClamped(limits.turn) && !room.takes($0, with: PlannedBatch())
    }
    return lines[kind]?.due
  }

  /// One worker makes room for what is due, while the others go on: the one with the least that is long.
  private func makesRoom(_ worker: Int, _ kind: Int, _ own: Room) -> Bool {
    courses.indices.allSatisfy { other in
      guard other != worker, let rival = courses[other], rival.kind == kind, rival.successor == nil else {
        return true
      }
      return (own.long.tokens, worker) < (room(beside: rival).long.tokens, other)
    }
  }

  // MARK: Kinds

  /// The one whose turn was longest ago.
  private var nextKind: Int? {
    lines.min { (lastTurns[$0.key] ?? 0, $0.key) < (lastTurns[$1.key] ?? 0, $1.key) }?.key
  }

  /// Another kind that no worker runs or is about to, and that has waited a turn while this one had its own.
  private func successor(of course: Course, now: UInt64) -> Int? {
    guard now >= course.started.addingClamped(limits.turn) else { return nil }
    let served = Set(courses.compactMap { $0?.successor ?? $0?.kind })
    return lines.first { kind, line in
      guard !served.contains(kind), let oldest = line.oldest else { return false }
      return now >= oldest.arrival.addingClamped(limits.turn)
    }?.key
  }

  // MARK: Static batches

  /// Until when a batch that is not full waits; nil where it need not.
  private func companyDue(_ kind: Int, _ oldest: BatchItem) -> UInt64? {
    let isFull = (lines[kind]?.rows ?? 0).multipliedClamped(by: oldest.length) >= limits.batchTokens
    let isLikely = busyWorkers > 0 || lastHadCompany || lines.count > 1 || lines[kind]?.hasCompany == true
    return isDraining || isFull || !isLikely ? nil : oldest.arrival.addingClamped(limits.delay)
  }
}
