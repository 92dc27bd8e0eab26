/// The waiting items of one kind, and the order in which they start.
///
/// Submissions take turns by deficit round robin (Shreedhar and Varghese, 1995) on their tokens; the submissions of one
/// client share the tokens of one client. The first turn of a small submission comes before all others, as for sparse
/// flows in RFC 8290: a sentence does not wait for a page. A quarter of the tokens is left to the others. An item that
/// does not suit a batch keeps its place for the next batch.
struct FairQueue {
  /// Submissions in a row without a suitable item after which the search is given up.
  private static let maxSkippedTurns = 64
  /// Tokens that small submissions start per token of the others, while others wait.
  private static let preference = 3
  /// Turns of others in which background work has as many tokens as one of them.
  private static let backgroundTurns = 4

  private enum Turn: Int {
    /// The first turn of a small submission.
    case first
    case other
  }

  /// The cost of the next item of a submission.
  private struct Price {
    let submissionID: UInt64
    let tokens: Int
  }

  /// Tokens that a client starts per turn.
  private let quantum: Int
  private var items: [UInt64: BatchItem] = [:]
  private var arrivals = ItemQueue()
  private var submissions: [UInt64: SubmissionQueue] = [:]
  private var submissionsByClient: [String: Int] = [:]
  /// Submissions in the order of their turns, by `Turn`; the first of each ring, if any, waits.
  private var rings = [LazyDeletionQueue(), LazyDeletionQueue()]
  /// Tokens that small submissions have started since the others had their turn.
  private var smallSubmissionDebt = 0
  private(set) var rows = 0
  /// Small submissions that have not had their first turn.
  private(set) var newSubmissions = 0
  private var overdueID: UInt64?

  init(quantum: Int) {
    self.quantum = max(1, quantum)
  }

  var isEmpty: Bool { items.isEmpty }
  var oldest: BatchItem? { arrivals.first(in: items) }
  var hasSeveralSubmissions: Bool { submissions.count > 1 }

  /// Number of submissions of a client that wait.
  func submissions(of client: String) -> Int { submissionsByClient[client] ?? 0 }

  /// - Parameter isSmall: whether the item's submission is small.
  mutating func append(_ item: BatchItem, isSmall: Bool) {
    let isSmall = isSmall && !item.isBackground
    if submissions[item.submissionID] == nil {
      submissionsByClient[item.client, default: 0] += 1
      var submission = SubmissionQueue(client: item.client, isBackground: item.isBackground, isNew: isSmall)
      submission.credit = share(of: submission)
      submissions[item.submissionID] = submission
      rings[(isSmall ? Turn.first : .other).rawValue].append(item.submissionID)
      if isSmall { newSubmissions += 1 }
    }
    submissions[item.submissionID]?.append(item)
    items[item.id] = item
    arrivals.append(item.id)
    rows += item.rows
  }

  mutating func remove(_ id: UInt64) -> BatchItem? {
    defer { compactRings() }
    return takeOut(id)
  }

  /// Removes an item, and leaves the positions in the rings as they are.
  private mutating func takeOut(_ id: UInt64) -> BatchItem? {
    guard let item = items.removeValue(forKey: id) else { return nil }
    rows -= item.rows
    arrivals.forgetOne(from: items)
    submissions[item.submissionID]?.forget(item, from: items)
    if let submission = submissions[item.submissionID], submission.isEmpty {
      if submission.isNew { newSubmissions -= 1 }
      submissions[item.submissionID] = nil
      let others = (submissionsByClient[item.client] ?? 1) - 1
      submissionsByClient[item.client] = others > 0 ? others : nil
    }
    return item
  }

  // MARK: Overdue item

  /// The item for which all others have to make room.
  var overdueItem: BatchItem? { overdueID.flatMap { items[$0] } }

  /// Looks for an overdue item among the oldest items of the two submissions, small and not, whose turn is next.
  mutating func findOverdueItem(where isOverdue: (BatchItem) -> Bool) {
    guard overdueItem == nil else { return }
    let heads = rings.compactMap { ring in
      ring.first.flatMap { submissions[$0]?.oldest(in: items) { _ in true } }
    }
    overdueID = heads.first(where: isOverdue)?.id
  }

  // MARK: Taking a batch

  /// Takes the items of a batch out of the queue; the first one decides which lengths can join.
  /// - Parameters:
  ///   - first: an item that goes before all others, out of its turn if need be.
  ///   - maxRows: rows at which the batch is full.
  ///   - maxPrice: tokens that an item is charged at most, so that turns come round soon.
  ///   - suits: whether an item can start with the items in the batch.
  mutating func take(
    first: BatchItem?, maxRows: Int, maxPrice: Int, where suits: (BatchItem, PlannedBatch) -> Bool
  ) -> PlannedBatch {
    var batch = PlannedBatch()
    if let first {
      pay(
        min(first.tokens, maxPrice), of: first.submissionID,
        submissions[first.submissionID]?.isNew == true ? .first : .other)
      _ = takeOut(first.id)
      batch.add(first)
    }
    take(.other, into: &batch, maxRows: maxRows, maxPrice: maxPrice, onlyWhileOwed: true, where: suits)
    take(.first, into: &batch, maxRows: maxRows, maxPrice: maxPrice, where: suits)
    take(.other, into: &batch, maxRows: maxRows, maxPrice: maxPrice, where: suits)
    compactRings()
    return batch
  }

  /// Whether small submissions have used up their preference, and the others go first.
  private var othersAreOwed: Bool { smallSubmissionDebt > Self.preference * quantum }

  private mutating func take(
    _ turn: Turn, into batch: inout PlannedBatch, maxRows: Int, maxPrice: Int, onlyWhileOwed: Bool = false,
    where suits: (BatchItem, PlannedBatch) -> Bool
  ) {
    var index = rings[turn.rawValue].front
    var lapEnd = rings[turn.rawValue].ids.count
    var unpaid: [Price] = []
    var skippedTurns = 0
    while index < rings[turn.rawValue].ids.count, batch.rows < maxRows, skippedTurns < Self.maxSkippedTurns,
      othersAreOwed || !onlyWhileOwed
    {
      if index == lapEnd {
        skipLaps(unpaid)
        unpaid = []
        lapEnd = rings[turn.rawValue].ids.count
      }
      let submissionID = rings[turn.rawValue].ids[index]
      guard let item = candidate(submissionID, batch, suits) else {
        if submissions[submissionID] == nil { rings[turn.rawValue].remove(at: index) } else { skippedTurns += 1 }
        index += 1
        continue
      }
      let price = min(item.tokens, maxPrice)
      if spend(price, of: submissionID, turn) {
        _ = takeOut(item.id)
        batch.add(item)
        skippedTurns = 0
        unpaid = []
        lapEnd = rings[turn.rawValue].ids.count
      } else {
        rings[turn.rawValue].remove(at: index)
        queueAgain(submissionID)
        unpaid.append(Price(submissionID: submissionID, tokens: price))
        index += 1
      }
    }
  }

  /// Gives all of these submissions the turns in which none of them could pay: clients with many submissions have few
  /// tokens per turn, and items can be large.
  private mutating func skipLaps(_ unpaid: [Price]) {
    let turns = unpaid.compactMap { price in
      submissions[price.submissionID].map { submission in
        let share = share(of: submission)
        return (price.tokens - submission.credit + share - 1) / share
      }
    }
    guard let fewest = turns.min(), fewest > 0 else { return }
    for price in unpaid {
      guard let submission = submissions[price.submissionID] else { continue }
      let share = share(of: submission)
      submissions[price.submissionID]?.credit += fewest * share
    }
  }

  private mutating func queueAgain(_ submissionID: UInt64) {
    rings[Turn.other.rawValue].append(submissionID)
    if submissions[submissionID]?.isNew == true { newSubmissions -= 1 }
    submissions[submissionID]?.isNew = false
  }

  /// - Returns: whether the submission can pay in this turn; if not, it has more in the next.
  private mutating func spend(_ price: Int, of submissionID: UInt64, _ turn: Turn) -> Bool {
    guard let submission = submissions[submissionID] else { return false }
    let share = share(of: submission)
    guard price <= (turn == .first ? min(submission.credit, share) : submission.credit) else {
      submissions[submissionID]?.credit += share
      return false
    }
    pay(price, of: submissionID, turn)
    return true
  }

  private mutating func pay(_ price: Int, of submissionID: UInt64, _ turn: Turn) {
    submissions[submissionID]?.credit -= price
    switch turn {
    case .first: smallSubmissionDebt = rings[Turn.other.rawValue].first == nil ? 0 : smallSubmissionDebt + price
    case .other: smallSubmissionDebt = max(0, smallSubmissionDebt - Self.preference * price)
    }
  }

  private func candidate(
    _ submissionID: UInt64, _ batch: PlannedBatch, _ suits: (BatchItem, PlannedBatch) -> Bool
  ) -> BatchItem? {
    guard let submission = submissions[submissionID] else { return nil }
    guard let first = batch.items.first else { return submission.oldest(in: items) { suits($0, batch) } }
    return submission.nearest(to: LengthClass(length: first.length), in: items) { suits($0, batch) }
  }

  /// Tokens per turn of a submission. The submissions of one client share those of a client.
  private func share(of submission: SubmissionQueue) -> Int {
    guard submissionsByClient.count > 1 else { return quantum }
    let parts = (submissionsByClient[submission.client] ?? 1) * (submission.isBackground ? Self.backgroundTurns : 1)
    return max(1, quantum / parts)
  }

  private mutating func compactRings() {
    for turn in rings.indices { rings[turn].compact(live: submissions.count) { submissions[$0] != nil } }
  }
}

// MARK: - One submission

/// The waiting items of one submission, by length.
private struct SubmissionQueue {
  let client: String
  let isBackground: Bool
  /// Tokens that it can start before it is the turn of others.
  var credit = 0
  /// Whether it is small and has not had its first turn.
  var isNew: Bool
  private var queues: [(lengths: LengthClass, ids: ItemQueue)] = []

  init(client: String, isBackground: Bool, isNew: Bool) {
    self.client = client
    self.isBackground = isBackground
    self.isNew = isNew
  }

  var isEmpty: Bool { queues.isEmpty }

  mutating func append(_ item: BatchItem) {
    let lengths = LengthClass(length: item.length)
    if let index = queues.firstIndex(where: { $0.lengths == lengths }) {
      queues[index].ids.append(item.id)
    } else {
      var ids = ItemQueue()
      ids.append(item.id)
      queues.append((lengths, ids))
    }
  }

  /// To be called once for an item that has just left `items`.
  mutating func forget(_ item: BatchItem, from items: [UInt64: BatchItem]) {
    let lengths = LengthClass(length: item.length)
    guard let index = queues.firstIndex(where: { $0.lengths == lengths }) else { return }
    queues[index].ids.forgetOne(from: items)
    if queues[index].ids.isEmpty { queues.remove(at: index) }
  }

  /// The oldest wanted item among the oldest of each length class.
  func oldest(in items: [UInt64: BatchItem], where isWanted: (BatchItem) -> Bool) -> BatchItem? {
    queues.compactMap { $0.ids.first(in: items) }.filter(isWanted).min { $0.id < $1.id }
  }

  /// A wanted item that can share a batch with items of these lengths, of the nearest length class.
  func nearest(
    to lengths: LengthClass, in items: [UInt64: BatchItem], where isWanted: (BatchItem) -> Bool
  ) -> BatchItem? {
    for wanted in lengths.fillOrder {
      guard let queue = queues.first(where: { $0.lengths == wanted }) else { continue }
      if let item = queue.ids.first(in: items), isWanted(item) { return item }
    }
    return nil
  }
}

/// Lengths that share a batch without much padding: two classes per doubling (4…5, 6…7, 8…11, 12…15, …).
private struct LengthClass: Hashable {
  let index: Int

  init(index: Int) {
    self.index = index
  }

  /// - Parameter length: at least 1.
  init(length: Int) {
    let top = Int.bitWidth - 1 - length.leadingZeroBitCount
    let isUpperHalf = top > 0 && length & (1 << (top - 1)) != 0
    index = 2 * top + (isUpperHalf ? 1 : 0)
  }

  /// The class and its neighbours, nearest first and shorter before longer; all within a factor of about two.
  var fillOrder: [LengthClass] {
    [0, -1, 1, -2, 2].map { LengthClass(index: index + $0) }
  }
}

// MARK: - Queues of ids

/// Ids of items, first in, first out, with removal from the middle.
private struct ItemQueue {
  private var queue = LazyDeletionQueue()
  private var live = 0

  var isEmpty: Bool { live == 0 }

  mutating func append(_ id: UInt64) {
    queue.append(id)
    live += 1
  }

  /// To be called once for an id of this queue that has just left `items`.
  mutating func forgetOne(from items: [UInt64: BatchItem]) {
    live -= 1
    queue.compact(live: live) { items[$0] != nil }
  }

  func first(in items: [UInt64: BatchItem]) -> BatchItem? {
    queue.first.flatMap { items[$0] }
  }
}

/// Ids, first in, first out. A removed id stays as a gap until the front passes it or gaps outnumber the rest.
struct LazyDeletionQueue {
  /// Takes the place of a removed id. Ids count from 1.
  private static let gap: UInt64 = 0

  private(set) var ids: [UInt64] = []
  private(set) var front = 0

  /// The first id. It is live if `compact` was called since ids were last removed.
  var first: UInt64? { front < ids.count ? ids[front] : nil }

  mutating func append(_ id: UInt64) {
    ids.append(id)
  }

  mutating func remove(at index: Int) {
    ids[index] = Self.gap
  }

  /// Passes gaps at the front, and closes the others once they are many; indices change.
  /// - Parameter live: number of live ids, or a few more.
  mutating func compact(live: Int, isLive: (UInt64) -> Bool) {
    while front < ids.count, !isLive(ids[front]) { front += 1 }
    if ids.count > 2 * live + 32 {
      ids = ids[front...].filter(isLive)
      front = 0
    }
  }
}
