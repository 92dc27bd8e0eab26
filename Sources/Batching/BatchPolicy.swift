/// The rules by which waiting items become batches, without time or threads: the clock is an argument.
///
/// - The oldest item decides kind and length class of the next batch, so nobody starves. Items of its class fill the
///   batch, then those of the neighbouring classes, within a budget of padded tokens (rows times the longest).
/// - Where several workers are idle, each gets its share of what waits rather than the first one everything.
/// - A batch that is not full waits up to `delay` for company, but only where company is likely: a submission that has
///   the machine for itself, as its predecessor had, starts at once.
/// - The queue is bounded in items and tokens. A submission is taken or refused whole; into an empty queue it is
///   always taken, however large.
package struct BatchPolicy: Sendable {
  private struct LineKey: Hashable {
    var kind: Int
    var lengths: LengthClass
  }

  private let limits: BatchLimits
  private var items: [UInt64: BatchItem] = [:]
  private var lines: [LineKey: WaitingLine] = [:]
  private var waitingByGroup: [UInt64: Int] = [:]
  private var running = 0
  private var lastHadCompany = false
  private var isDraining = false
  /// Without padding.
  package private(set) var queuedTokens = 0

  package init(limits: BatchLimits) {
    self.limits = limits
  }

  package var queuedItems: Int { items.count }
  /// Nothing waits and nothing runs.
  package var isIdle: Bool { items.isEmpty && running == 0 }

  /// Takes the items of one submission into the queue, or none of them.
  package mutating func admit(_ submission: [BatchItem]) -> BatchFailure? {
    if isDraining { return .draining }
    let tokens = submission.reduce(0) { $0 + $1.tokens }
    let isOver = items.count + submission.count > limits.queuedItems || queuedTokens + tokens > limits.queuedTokens
    if isOver && !items.isEmpty { return .queueFull }
    for item in submission {
      items[item.id] = item
      lines[key(item), default: WaitingLine()].append(item.id)
      waitingByGroup[item.group, default: 0] += 1
    }
    queuedTokens += tokens
    return nil
  }

  /// Takes an item out of the queue; one that does not wait any more is left alone.
  package mutating func remove(_ id: UInt64) {
    guard let item = items.removeValue(forKey: id) else { return }
    let key = key(item)
    lines[key]?.forgetOne(from: items)
    if lines[key]?.isEmpty == true { lines[key] = nil }
    let others = (waitingByGroup[item.group] ?? 1) - 1
    waitingByGroup[item.group] = others > 0 ? others : nil
    queuedTokens -= item.tokens
  }

  /// From now on nothing is admitted and nothing waits for company.
  package mutating func drain() {
    isDraining = true
  }

  package mutating func next(now: UInt64, idleWorkers: Int) -> BatchDecision {
    guard idleWorkers > 0, let oldest else { return .nothing }
    let batch = plan(around: oldest, idleWorkers: idleWorkers)
    let (due, overflow) = oldest.arrival.addingReportingOverflow(limits.delay)
    let hasRoom = batch.fits(oldest, budget: limits.batchTokens)
    if hasRoom && expectsCompany && (overflow || now < due) { return .wait(until: overflow ? .max : due) }
    for item in batch.items { remove(item.id) }
    running += 1
    return .run(batch)
  }

  /// To be called once for each batch that `next` handed out.
  package mutating func finished(_ batch: PlannedBatch) {
    running -= 1
    lastHadCompany = Set(batch.items.map(\.group)).count > 1
  }

  private var expectsCompany: Bool {
    !isDraining && (running > 0 || lastHadCompany || waitingByGroup.count > 1)
  }

  private var oldest: BatchItem? {
    lines.values.compactMap { $0.first(in: items) }.min { $0.id < $1.id }
  }

  private func plan(around oldest: BatchItem, idleWorkers: Int) -> PlannedBatch {
    let share = (items.count + idleWorkers - 1) / idleWorkers
    var batch = PlannedBatch()
    batch.add(oldest)
    for lengths in LengthClass(length: oldest.length).fillOrder {
      lines[LineKey(kind: oldest.kind, lengths: lengths)]?.forEach(in: items) { item in
        if item.id == oldest.id { return true }
        guard batch.items.count < share, batch.fits(item, budget: limits.batchTokens) else { return false }
        batch.add(item)
        return true
      }
    }
    return batch
  }

  private func key(_ item: BatchItem) -> LineKey {
    LineKey(kind: item.kind, lengths: LengthClass(length: item.length))
  }
}
