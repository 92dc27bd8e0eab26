/// Ids by deadline, earliest first (a binary heap).
///
/// The id of a finished item stays until it comes to the top, or until such ids outnumber the rest.
struct DeadlineHeap {
  private var entries: [(deadline: UInt64, id: UInt64)] = []

  var count: Int { entries.count }

  var first: (deadline: UInt64, id: UInt64)? { entries.first }

  mutating func insert(_ id: UInt64, deadline: UInt64) {
    entries.append((deadline, id))
    var child = entries.count - 1
    while child > 0, entries[child].deadline < entries[(child - 1) / 2].deadline {
      entries.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Drops the ids of finished items, if they are many.
  /// - Parameter live: number of unfinished items.
  mutating func forgetOthers(live: Int, isLive: (UInt64) -> Bool) {
    guard entries.count > 2 * live + 64 else { return }
    entries = entries.filter { isLive($0.id) }.sorted { $0.deadline < $1.deadline }
  }

  mutating func removeFirst() {
    guard let last = entries.popLast(), !entries.isEmpty else { return }
    entries[0] = last
    var parent = 0
    while let child = earlierChild(of: parent), entries[child].deadline < entries[parent].deadline {
      entries.swapAt(child, parent)
      parent = child
    }
  }

  private func earlierChild(of parent: Int) -> Int? {
    let left = 2 * parent + 1
    guard left < entries.count else { return nil }
    let right = left + 1
    return right < entries.count && entries[right].deadline < entries[left].deadline ? right : left
  }
}
