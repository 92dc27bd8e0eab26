/// What waits of one kind, and whose turn it is.
///
/// Submissions take turns by deficit round robin (Shreedhar and Varghese, 1995) on their tokens; those of one client
/// share what one client gets. The first turn of a small submission comes before all others, so that a sentence does
/// not wait for a page (as sparse flows in RFC 8290), but a quarter of the tokens is left to those. What does not suit
/// a batch keeps its place for the next.
struct FairLine {
  /// Submissions in a row that may have nothing suitable before the search is given up.
  private static let patience = 64
  /// Tokens that small submissions may start for each token of the others, while such wait.
  private static let preference = 3

  private enum Turn: Int {
    /// The first of a small submission.
    case first
    case other
  }

  /// What a submission's next item costs.
  private struct Price {
    let group: UInt64
    let tokens: Int
  }

  /// Tokens that a client may start in a turn.
  private let quantum: Int
  private var items: [UInt64: BatchItem] = [:]
  private var arrivals = WaitingLine()
  private var flows: [UInt64: Flow] = [:]
  private var flowsByClient: [String: Int] = [:]
  /// Submissions in the order of their turns; the first of each, if any, waits.
  private var rings = [GappedLine(), GappedLine()]  // by Turn
  /// Tokens that small submissions have started since the others had theirs.
  private var lead = 0
  private(set) var rows = 0
  /// Small submissions that have not had their first turn.
  private(set) var newcomers = 0
  private var dueID: UInt64?

  init(quantum: Int) {
    self.quantum = max(1, quantum)
  }

  var count: Int { items.count }
  var isEmpty: Bool { items.isEmpty }
  var oldest: BatchItem? { arrivals.first(in: items) }
  /// Whether items of several submissions wait.
  var hasCompany: Bool { flows.count > 1 }

  func submissions(of client: String) -> Int { flowsByClient[client] ?? 0 }

  /// - Parameter isSmall: whether its submission is.
  mutating func append(_ item: BatchItem, isSmall: Bool) {
    if flows[item.group] == nil {
      flowsByClient[item.client, default: 0] += 1
      flows[item.group] = Flow(client: item.client, credit: share(of: item.client), isNew: isSmall)
      rings[(isSmall ? Turn.first : .other).rawValue].append(item.group)
      if isSmall { newcomers += 1 }
    }
    flows[item.group]?.append(item)
    items[item.id] = item
    arrivals.append(item.id)
    rows += item.rows
  }

  mutating func remove(_ id: UInt64) -> BatchItem? {
    defer { closeGaps() }
    return takeOut(id)
  }

  /// Leaves the places in the rings as they are.
  private mutating func takeOut(_ id: UInt64) -> BatchItem? {
    guard let item = items.removeValue(forKey: id) else { return nil }
    rows -= item.rows
    arrivals.forgetOne(from: items)
    flows[item.group]?.forget(item, from: items)
    if let flow = flows[item.group], flow.isEmpty {
      if flow.isNew { newcomers -= 1 }
      flows[item.group] = nil
      let others = (flowsByClient[item.client] ?? 1) - 1
      flowsByClient[item.client] = others > 0 ? others : nil
    }
    return item
  }

  /// What everything else has to make room for.
  var due: BatchItem? { dueID.flatMap { items[$0] } }

  /// Looks for it among the oldest items of the submissions, small and not, whose turn it is.
  mutating func findDue(where isDue: (BatchItem) -> Bool) {
    guard due == nil else { return }
    let heads = rings.compactMap { ring in ring.first.flatMap { flows[$0]?.oldest(in: items) { _ in true } } }
    dueID = heads.first(where: isDue)?.id
  }

  /// Takes what suits out of the line: the first that is found decides which lengths may join.
  /// - Parameters:
  ///   - first: goes before all others, out of its turn if need be.
  ///   - most: rows from which on it takes no more.
  ///   - cap: tokens that an item is charged at most, so that turns come round soon.
  ///   - suits: whether an item may start with those in the batch.
  mutating func take(
    first: BatchItem?, most: Int, cap: Int, where suits: (BatchItem, PlannedBatch) -> Bool
  ) -> PlannedBatch {
    var batch = PlannedBatch()
    if let first {
      pay(min(first.tokens, cap), of: first.group, flows[first.group]?.isNew == true ? .first : .other)
      _ = takeOut(first.id)
      batch.add(first)
    }
    take(.other, into: &batch, most: most, cap: cap, onlyWhatIsDue: true, where: suits)
    take(.first, into: &batch, most: most, cap: cap, where: suits)
    take(.other, into: &batch, most: most, cap: cap, where: suits)
    closeGaps()
    return batch
  }

  private var othersAreDue: Bool { lead > Self.preference * quantum }

  private mutating func take(
    _ turn: Turn, into batch: inout PlannedBatch, most: Int, cap: Int, onlyWhatIsDue: Bool = false,
    where suits: (BatchItem, PlannedBatch) -> Bool
  ) {
    var place = rings[turn.rawValue].front
    var lapEnd = rings[turn.rawValue].ids.count
    var unpaid: [Price] = []
    var passedOver = 0
    while place < rings[turn.rawValue].ids.count, batch.rows < most, passedOver < Self.patience,
      othersAreDue || !onlyWhatIsDue
    {
      if place == lapEnd {
        skipLaps(unpaid)
        unpaid = []
        lapEnd = rings[turn.rawValue].ids.count
      }
      let group = rings[turn.rawValue].ids[place]
      guard let item = candidate(group, batch, suits) else {
        if flows[group] == nil { rings[turn.rawValue].leave(place) } else { passedOver += 1 }
        place += 1
        continue
      }
      let price = min(item.tokens, cap)
      if spend(price, of: group, turn) {
        _ = takeOut(item.id)
        batch.add(item)
        passedOver = 0
        unpaid = []
        lapEnd = rings[turn.rawValue].ids.count
      } else {
        rings[turn.rawValue].leave(place)
        queueAgain(group)
        unpaid.append(Price(group: group, tokens: price))
        place += 1
      }
    }
  }

  /// Turns in which none of these could pay are given to all of them at once: clients with many submissions have few
  /// tokens a turn, and items may be large.
  private mutating func skipLaps(_ unpaid: [Price]) {
    let turns = unpaid.compactMap { price in
      flows[price.group].map { flow in
        let share = share(of: flow.client)
        return (price.tokens - flow.credit + share - 1) / share
      }
    }
    guard let fewest = turns.min(), fewest > 0 else { return }
    for price in unpaid {
      guard let flow = flows[price.group] else { continue }
      let share = share(of: flow.client)
      flows[price.group]?.credit += fewest * share
    }
  }

  private mutating func queueAgain(_ group: UInt64) {
    rings[Turn.other.rawValue].append(group)
    if flows[group]?.isNew == true { newcomers -= 1 }
    flows[group]?.isNew = false
  }

  /// - Returns: whether the submission has so much in this turn; if not, it has more in the next.
  private mutating func spend(_ price: Int, of group: UInt64, _ turn: Turn) -> Bool {
    guard let flow = flows[group] else { return false }
    let share = share(of: flow.client)
    guard price <= (turn == .first ? min(flow.credit, share) : flow.credit) else {
      flows[group]?.credit += share
      return false
    }
    pay(price, of: group, turn)
    return true
  }

  private mutating func pay(_ price: Int, of group: UInt64, _ turn: Turn) {
    flows[group]?.credit -= price
    switch turn {
    case .first: lead = rings[Turn.other.rawValue].first == nil ? 0 : lead + price
    case .other: lead = max(0, lead - Self.preference * price)
    }
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
    for turn in rings.indices { rings[turn].closeGaps(live: flows.count) { flows[$0] != nil } }
  }
}
