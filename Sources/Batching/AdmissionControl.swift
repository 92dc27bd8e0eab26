/// Decides which submissions enter the queue: a bounded queue, and a wait that ends before the deadline.
///
/// The clock is an argument; all times are nanoseconds.
struct AdmissionControl {
  private let workers: Int
  private var bound: QueueBound
  private var meter = ThroughputMeter()
  private var margin = WaitMargin()
  /// Expected time to the answer by item, if most of it is spent in the queue.
  private var expectedWaits: [UInt64: UInt64] = [:]

  init(limits: BatchLimits, workers: Int) {
    self.workers = workers
    bound = QueueBound(items: limits.queuedItems, tokens: limits.queuedTokens)
  }

  /// Items and tokens that wait.
  var queued: QueueUse { bound.total }

  /// The reason for which a submission would be refused now; nil if it would be taken.
  /// - Parameters:
  ///   - submissions: submissions of this client that wait, this one included.
  ///   - hasIdleWorker: whether a worker would start it at once. That worker tries in any case, or one bad measurement
  ///     would be believed for ever.
  func refusal(
    items: Int, tokens: Int, of client: String, submissions: Int, deadline: UInt64?, hasIdleWorker: Bool, now: UInt64
  ) -> BatchFailure? {
    guard items > 0 else { return nil }
    let wait = expectedWait(tokens: tokens, of: client, submissions: submissions)
    if let deadline {
      if now >= deadline { return .deadlinePassed }
      let latest = now.addingClamped(margin.upperBound(of: wait))
      if latest >= deadline, !hasIdleWorker { return .tooLate(waitNanoseconds: wait) }
    }
    return bound.allows(items: items, tokens: tokens, of: client) ? nil : .queueFull(waitNanoseconds: wait)
  }

  /// Counts a submission that enters the queue.
  mutating func enter(_ submission: [BatchItem], submissions: Int) {
    guard let first = submission.first else { return }
    let tokens = submission.reduce(0) { $0 + $1.tokens }
    let wait = expectedWait(tokens: tokens, of: first.client, submissions: submissions)
    if wait > 2 * meter.meanResidenceNanoseconds { for item in submission { expectedWaits[item.id] = wait } }
    bound.enter(
      items: submission.count, tokens: tokens, of: first.client, isContinuation: first.isContinuation)
  }

  /// Counts an item that leaves the queue to start.
  mutating func start(_ item: BatchItem) {
    bound.leave(item)
  }

  /// Counts an item that leaves the queue without starting.
  mutating func remove(_ item: BatchItem, now: UInt64) {
    bound.leave(item)
    compareWait(of: item, now: now, isFinished: false)
  }

  /// Counts an item whose time on a worker is over.
  mutating func finish(_ item: BatchItem, residenceNanoseconds: UInt64, wasCancelled: Bool, now: UInt64) {
    meter.finish(item, residenceNanoseconds: residenceNanoseconds, wasCancelled: wasCancelled)
    compareWait(of: item, now: now, isFinished: !wasCancelled)
  }

  /// Measures the throughput up to now. To be called before the number of busy workers changes.
  mutating func measure(busyWorkers: Int, now: UInt64) {
    meter.advance(to: now, workers: busyWorkers, isSaturated: queued.items > 0)
  }

  /// Clients take turns, and so do the submissions of one client: until this one is done, each of the others gets at most
  /// as much as this one.
  private func expectedWait(tokens: Int, of client: String, submissions: Int) -> UInt64 {
    let use = bound.use(of: client)
    let own = min(use.tokens + tokens, submissions.multipliedClamped(by: tokens))
    let clients = bound.clients + (use.items == 0 ? 1 : 0)
    return meter.wait(tokens: min(queued.tokens + tokens, clients.multipliedClamped(by: own)), workers: workers)
  }

  private mutating func compareWait(of item: BatchItem, now: UInt64, isFinished: Bool) {
    guard let wait = expectedWaits.removeValue(forKey: item.id), now >= item.arrival else { return }
    margin.observe(now - item.arrival, expected: wait, isFinished: isFinished)
  }
}

/// Items and tokens in the queue.
struct QueueUse: Equatable {
  var items = 0
  var tokens = 0
}

// MARK: - Bounded queue

/// The bound on the items and tokens that wait, in all and per client.
///
/// A submission is taken or refused whole. One client can use up to three quarters of the queue. A client with nothing
/// waiting can enter a submission of any size: it counts as three quarters at most, and an eighth of the queue is added
/// for such clients. Work that continues admitted work is never refused, and takes no places from them.
private struct QueueBound {
  /// The work of one client that waits.
  private struct ClientUse {
    var first = QueueUse()
    var continued = QueueUse()

    var all: QueueUse { QueueUse(items: first.items + continued.items, tokens: first.tokens + continued.tokens) }
  }

  private struct Bound {
    let limit: Int
    var share: Int { max(1, limit - limit / 4) }

    func allows(_ more: Int, of use: Int, others: Int) -> Bool {
      use + more <= share && others + use + more <= limit
    }

    func allowsNewcomer(_ more: Int, others: Int) -> Bool {
      others + min(more, share) <= limit + limit / 8
    }
  }

  /// A limit that no queue reaches. It leaves room for the sums of its shares.
  private static let unbounded = Int.max / 4

  private let items: Bound
  private let tokens: Bound
  private var uses: [String: ClientUse] = [:]
  private(set) var total = QueueUse()
  /// Sums over the clients, none counted beyond its share: of all work, and of work that continues no other.
  private var counted = QueueUse()
  private var countedFirst = QueueUse()

  init(items: Int, tokens: Int) {
    self.items = Bound(limit: min(items, Self.unbounded))
    self.tokens = Bound(limit: min(tokens, Self.unbounded))
  }

  var clients: Int { uses.count }

  func use(of client: String) -> QueueUse { uses[client]?.all ?? QueueUse() }

  func allows(items count: Int, tokens cost: Int, of client: String) -> Bool {
    let use = use(of: client)
    if use.items == 0 {
      return items.allowsNewcomer(count, others: countedFirst.items)
        && tokens.allowsNewcomer(cost, others: countedFirst.tokens)
    }
    let share = capped(use)
    return items.allows(count, of: use.items, others: counted.items - share.items)
      && tokens.allows(cost, of: use.tokens, others: counted.tokens - share.tokens)
  }

  mutating func enter(items count: Int, tokens cost: Int, of client: String, isContinuation: Bool) {
    change(client, isContinuation: isContinuation) {
      $0.items += count
      $0.tokens += cost
    }
  }

  mutating func leave(_ item: BatchItem) {
    change(item.client, isContinuation: item.isContinuation) {
      $0.items -= 1
      $0.tokens -= item.tokens
    }
  }

  private mutating func change(_ client: String, isContinuation: Bool, _ body: (inout QueueUse) -> Void) {
    let before = uses[client] ?? ClientUse()
    var after = before
    if isContinuation { body(&after.continued) } else { body(&after.first) }
    Self.move(&total, from: before.all, to: after.all)
    Self.move(&counted, from: capped(before.all), to: capped(after.all))
    Self.move(&countedFirst, from: capped(before.first), to: capped(after.first))
    uses[client] = after.all.items > 0 ? after : nil
  }

  private static func move(_ sum: inout QueueUse, from before: QueueUse, to after: QueueUse) {
    sum.items += after.items - before.items
    sum.tokens += after.tokens - before.tokens
  }

  private func capped(_ use: QueueUse) -> QueueUse {
    QueueUse(items: min(use.items, items.share), tokens: min(use.tokens, tokens.share))
  }
}

// MARK: - Expected wait

/// The measured throughput of the workers, and the wait that it predicts.
private struct ThroughputMeter {
  /// Busy time of all workers together that makes a sample.
  private static let sampleNanoseconds: UInt64 = 200_000_000
  /// Weights of a new sample in the moving average.
  private static let weightOfFaster = 0.5
  private static let weightOfSaturated = 0.25
  private static let weightOfResidence = 0.05

  /// Tokens per busy nanosecond of one worker; nil before the first sample.
  private var rate: Double?
  /// Nanoseconds from an item's start to its end, a moving average.
  private var residence = 0.0
  private var busyNanoseconds: UInt64 = 0
  private var tokens = 0
  private var lastTime: UInt64 = 0

  /// To be called before the number of busy workers changes, and with each item that ends.
  /// - Parameters:
  ///   - workers: workers that were busy since the last call.
  ///   - isSaturated: whether items wait in spite of them.
  mutating func advance(to now: UInt64, workers: Int, isSaturated: Bool) {
    if now > lastTime { busyNanoseconds &+= (now - lastTime) &* UInt64(workers) }
    lastTime = max(lastTime, now)
    guard busyNanoseconds >= Self.sampleNanoseconds else { return }
    sample(Double(tokens) / Double(busyNanoseconds), isSaturated: isSaturated)
    busyNanoseconds = 0
    tokens = 0
  }

  /// Workers with little to do are slower than they could be, so that only samples under pressure lower the rate.
  private mutating func sample(_ found: Double, isSaturated: Bool) {
    guard let known = rate else { return rate = found > 0 ? found : nil }
    if isSaturated {
      rate = known + (found - known) * Self.weightOfSaturated
    } else if found > known {
      rate = known + (found - known) * Self.weightOfFaster
    }
  }

  /// Counts an item that has ended. A cancelled item took a worker's time: it counts as many of its tokens as that time
  /// is part of a mean residence. Its residence time is cut short, and counts if it is long all the same.
  mutating func finish(_ item: BatchItem, residenceNanoseconds: UInt64, wasCancelled: Bool) {
    let time = Double(residenceNanoseconds)
    if wasCancelled, time <= residence {
      if residence > 0 { tokens += Int(Double(item.tokens) * time / residence) }
      return
    }
    tokens += item.tokens
    residence += (time - residence) * (residence == 0 ? 1 : Self.weightOfResidence)
  }

  var meanResidenceNanoseconds: UInt64 { UInt64(min(residence, 1e18)) }

  /// Nanoseconds until this number of tokens has been answered by this number of workers; 0 while nothing is known.
  func wait(tokens: Int, workers: Int) -> UInt64 {
    guard let rate, rate > 0 else { return 0 }
    return UInt64(min(Double(tokens) / (rate * Double(workers)) + residence, 1e18))
  }
}

/// The factor by which waits turn out longer than expected.
///
/// All but a few of the waits are within the factor. Each longer wait raises it, and each other wait lowers it a little,
/// until the two balance. (This is a stochastic approximation of a quantile, Robbins and Monro 1951.)
private struct WaitMargin {
  /// Share of the waits that can be longer.
  private static let exceptions = 0.005
  private static let step = 0.04
  private static let bounds = 1.25...4.0

  private var factor = bounds.lowerBound

  /// To be called with each wait that has ended or was given up.
  /// - Parameters:
  ///   - time: nanoseconds that the item waited.
  ///   - isFinished: false if the wait was given up, and would have become longer.
  mutating func observe(_ time: UInt64, expected: UInt64, isFinished: Bool) {
    let isLonger = Double(time) > Double(expected) * factor
    guard isLonger || isFinished else { return }
    factor += Self.step * (isLonger ? 1 - Self.exceptions : -Self.exceptions)
    factor = min(max(factor, Self.bounds.lowerBound), Self.bounds.upperBound)
  }

  /// The longest that a wait is likely to become.
  func upperBound(of wait: UInt64) -> UInt64 { UInt64(min(Double(wait) * factor, 1e18)) }
}
