/// The items in flight on one worker.
struct WorkerLoad {
  /// Items that started together, and are padded to the longest of them.
  private struct Pass {
    let longest: Int
    let isShort: Bool
    /// Steps that the worker had made before.
    let firstStep: Int
    var rows: Int
    var heldBytes: Int
  }

  let kind: Int
  let startTime: UInt64
  private(set) var lastPassTime: UInt64
  private(set) var rows = 0
  /// Whether several submissions shared the first pass.
  private(set) var isShared = false
  /// The kind that the worker turns to next; nothing more of this kind starts.
  var nextKind: Int?
  private var passes: [Int: Pass] = [:]
  private var items: [UInt64: (pass: Int, rows: Int, heldBytes: Int)] = [:]
  private var steps = 0

  init(kind: Int, startTime: UInt64) {
    self.kind = kind
    self.startTime = startTime
    lastPassTime = startTime
  }

  var isEmpty: Bool { items.isEmpty }
  /// Rows of the widest item.
  var widestItemRows: Int { items.values.reduce(0) { max($0, $1.rows) } }

  /// Counts steps: every row becomes a token longer with each.
  mutating func step(_ count: Int) {
    steps += count
  }

  mutating func start(_ batch: PlannedBatch, isShort: Bool, now: UInt64) {
    if passes.isEmpty { isShared = Set(batch.items.map(\.submissionID)).count > 1 }
    let number = items.isEmpty ? 0 : (passes.keys.max() ?? 0) + 1
    passes[number] = Pass(
      longest: batch.longest, isShort: isShort, firstStep: steps, rows: batch.rows, heldBytes: batch.heldBytes)
    for item in batch.items { items[item.id] = (number, item.rows, item.heldBytes) }
    rows += batch.rows
    lastPassTime = now
  }

  mutating func finish(_ id: UInt64) {
    guard let item = items.removeValue(forKey: id) else { return }
    rows -= item.rows
    passes[item.pass]?.rows -= item.rows
    passes[item.pass]?.heldBytes -= item.heldBytes
    if passes[item.pass]?.rows == 0 { passes[item.pass] = nil }
  }

  /// The capacity that the items in flight leave of a budget.
  ///
  /// A row counts with its padded source or its target so far, whichever is longer: the caches hold both.
  func capacity(budget: WorkLoad) -> WorkerCapacity {
    var capacity = WorkerCapacity(budget: budget)
    for pass in passes.values {
      let load = WorkLoad(
        rows: pass.rows, tokens: pass.rows * max(pass.longest, steps - pass.firstStep), heldBytes: pass.heldBytes)
      if pass.isShort { capacity.short += load } else { capacity.long += load }
    }
    return capacity
  }
}

/// The rule for which items can start on a worker beside the items in flight there.
///
/// Long items leave a quarter of the budget (`BatchLimits.reservedRows` of its rows), so that a short one never waits for
/// them. A single long item can have any size. If an item is overdue, no long item starts before it. Short items stop too
/// once at most a quarter is long, except within a quarter of their own.
struct WorkerCapacity {
  /// Rows that step, and their tokens.
  let budget: WorkLoad
  /// Rows of short items beyond the budget, which wait encoded.
  var rowsEncodedAhead = 0
  /// Items in flight.
  var short = WorkLoad()
  var long = WorkLoad()
  /// An item that has waited its turn and does not fit now.
  var overdueItem: BatchItem?

  init(budget: WorkLoad) {
    self.budget = budget
  }

  func isShort(_ item: BatchItem) -> Bool {
    item.tokens <= budget.tokens / 16 && item.rows <= budget.rows && item.heldBytes <= budget.heldBytes / 16
  }

  /// Whether `item` can start together with `batch`.
  ///
  /// The batch is bounded too: everything in flight waits for its encoder pass, whose activations take memory.
  func takes(_ item: BatchItem, with batch: PlannedBatch) -> Bool {
    let load = batch.load(with: item)
    if let first = batch.items.first {
      guard load.tokens <= quarter.tokens, load.heldBytes <= quarter.heldBytes,
        batch.sourceTokens(with: item) <= budget.tokens / 8,
        isShort(first) == isShort(item)
      else { return false }
    }
    if short + long == WorkLoad() { return batch.items.isEmpty || load.rows <= budget.rows + rowsEncodedAhead }
    if overdueItem?.id == item.id || overdueItem == nil && !isShort(item) { return takesLong(load) }
    return isShort(item) && ((short + load).fits(in: quarter) || !shortItemsBlockOverdueItem && shortFits(load))
  }

  private var quarter: WorkLoad {
    WorkLoad(
      rows: BatchLimits.reservedRows(of: budget.rows), tokens: budget.tokens / 4, heldBytes: budget.heldBytes / 4)
  }
  private var threeQuarters: WorkLoad {
    WorkLoad(
      rows: budget.rows - quarter.rows, tokens: budget.tokens - quarter.tokens,
      heldBytes: budget.heldBytes - quarter.heldBytes)
  }

  private func takesLong(_ load: WorkLoad) -> Bool {
    fitsBesideLong(load) && (short.fits(in: quarter) || (short + long + load).fits(in: budget))
  }

  /// Whether short items are what keeps the overdue item from starting, and long ones no longer do.
  private var shortItemsBlockOverdueItem: Bool {
    guard let overdueItem else { return false }
    return long.fits(in: quarter) && fitsBesideLong(PlannedBatch().load(with: overdueItem))
  }

  /// Whether a load of short items fits the budget.
  private func shortFits(_ load: WorkLoad) -> Bool {
    var budget = budget
    budget.rows += rowsEncodedAhead
    return (short + long + load).fits(in: budget)
  }

  private func fitsBesideLong(_ load: WorkLoad) -> Bool {
    long == WorkLoad() || (long + load).fits(in: threeQuarters)
  }
}

/// Rows, their tokens with padding, and the bytes held beside them.
struct WorkLoad: Equatable {
  var rows = 0
  var tokens = 0
  var heldBytes = 0

  static func + (left: WorkLoad, right: WorkLoad) -> WorkLoad {
    WorkLoad(
      rows: left.rows + right.rows, tokens: left.tokens + right.tokens, heldBytes: left.heldBytes + right.heldBytes)
  }

  static func += (left: inout WorkLoad, right: WorkLoad) { left = left + right }

  func fits(in other: WorkLoad) -> Bool {
    rows <= other.rows && tokens <= other.tokens && heldBytes <= other.heldBytes
  }
}
