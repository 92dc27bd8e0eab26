/// What waits of one kind, and whose turn it is.
///
/// Submissions take turns by deficit round robin (Shreedhar and Varghese, 1995) on their tokens; those of one client
/// share what one client gets. What does not suit a batch keeps its place for the next.
struct FairLine {
  /// Submissions in a row that may have nothing suitable before the search is given up.
  private static let patience = 64
  /// Where a submission stood that has left the ring. Groups count from 1.
  private static let gap: UInt64 = 0

  /// Tokens that a client may start in a turn.
  private let quantum: Int
  private var items: [UInt64: BatchItem] = [:]
  private var arrivals = WaitingLine()
  private var flows: [UInt64: Flow] = [:]
  private var flowsByClient: [String: Int] = [:]
  private var ring: [UInt64] = []
  private var front = 0
  private(set) var rows = 0

  init(quantum: Int) {
    self.quantum = max(1, quantum)
  }

  var count: Int { items.count }
  var isEmpty: Bool { items.isEmpty }
  var oldest: BatchItem? { arrivals.first(in: items) }
  /// Whether items of several submissions wait.
  var hasCompany: Bool { flows.count > 1 }

  func submissions(of client: String) -> Int { flowsByClient[client] ?? 0 }

  mutating func append(_ item: BatchItem) {
    if flows[item.group] == nil {
      flowsByClient[item.client, default: 0] += 1
      flows[item.group] = Flow(client: item.client, credit: share(of: item.client))
      ring.append(item.group)
    }
    flows[item.group]?.append(item)
    items[item.id] = item
    arrivals.append(item.id)
    rows += item.rows
  }

  mutating func remove(_ id: UInt64) -> BatchItem? {
    guard let item = items.removeValue(forKey: id) else { return nil }
    rows -= item.rows
    arrivals.forgetOne(from: items)
    flows[item.group]?.forget(item, from: items)
    if flows[item.group]?.isEmpty == true {
      flows[item.group] = nil
      let others = (flowsByClient[item.client] ?? 1) - 1
      flowsByClient[item.client] = others > 0 ? others : nil
    }
    return item
  }

  /// The oldest item of the submission whose turn it is.
  mutating func first() -> BatchItem? {
    closeGaps()
    guard front < ring.count else { return nil }
    return flows[ring[front]]?.oldest(in: items) { _ in true }
  }

  /// Takes what suits out of the line: the first that is found decides which lengths may join.
  /// - Parameters:
  ///   - most: items that it may take.
  ///   - cap: tokens that an item is charged at most, so that turns come round soon.
  ///   - suits: whether an item may start with those in the batch.
  mutating func take(
    most: Int, cap: Int, where suits: (BatchItem, PlannedBatch) -> Bool
  ) -> PlannedBatch {
    var batch = PlannedBatch()
    closeGaps()
    var place = front
    var passedOver = 0
    while place < ring.count, batch.items.count < most, passedOver < Self.patience {
      let group = ring[place]
      guard let item = candidate(group, batch, suits) else {
        if flows[group] == nil { ring[place] = Self.gap } else { passedOver += 1 }
        place += 1
        continue
      }
      let price = min(item.tokens, cap)
      if flows[group].map({ $0.credit >= price }) == true {
        flows[group]?.credit -= price
        _ = remove(item.id)
        batch.add(item)
        passedOver = 0
      } else {
        let share = share(of: item.client)
        flows[group]?.credit += share
        ring[place] = Self.gap
        ring.append(group)
        place += 1
      }
    }
    closeGaps()
    return batch
  }

  private func candidate(
    _ group: UInt64, _ batch: PlannedBatch, _ suits: (BatchItem, PlannedBatch) -> Bool
  ) -> BatchItem? {
    guard let flow = flows[group] else { return nil }
    guard let first = batch.items.first else { return flow.oldest(in: items) { suits($0, batch) } }
    return flow.alike(LengthClass(length: first.length), in: items) { suits($0, batch) }
  }

  private func share(of client: String) -> Int {
    flowsByClient.count > 1 ? max(1, quantum / (flowsByClient[client] ?? 1)) : quantum
  }

  private mutating func closeGaps() {
    while front < ring.count, flows[ring[front]] == nil { front += 1 }
    if ring.count > 2 * flows.count + 32 {
      ring = ring[front...].filter { flows[$0] != nil }
      front = 0
    }
  }
}
