/// First in, first out, with removal from the middle: ids of items that are gone stay as gaps until the front passes
/// them or until they outnumber the rest.
struct WaitingLine {
  private var ids: [UInt64] = []
  private var front = 0
  private var live = 0

  var isEmpty: Bool { live == 0 }

  mutating func append(_ id: UInt64) {
    ids.append(id)
    live += 1
  }

  /// To be called once for an id of this line that has just left `items`.
  mutating func forgetOne(from items: [UInt64: BatchItem]) {
    live -= 1
    while front < ids.count, items[ids[front]] == nil { front += 1 }
    if ids.count > 2 * live + 32 {
      ids = ids[front...].filter { items[$0] != nil }
      front = 0
    }
  }

  func first(in items: [UInt64: BatchItem]) -> BatchItem? {
    ids[front...].lazy.compactMap { items[$0] }.first
  }

  /// Oldest first, until `body` returns false.
  func forEach(in items: [UInt64: BatchItem], while body: (BatchItem) -> Bool) {
    for id in ids[front...] {
      guard let item = items[id] else { continue }
      if !body(item) { return }
    }
  }
}
