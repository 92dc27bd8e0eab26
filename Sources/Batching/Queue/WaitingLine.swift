/// First in, first out, with removal from the middle.
struct WaitingLine {
  private var line = GappedLine()
  private var live = 0

  var isEmpty: Bool { live == 0 }

  mutating func append(_ id: UInt64) {
    line.append(id)
    live += 1
  }

  /// To be called once for an id of this line that has just left `items`.
  mutating func forgetOne(from items: [UInt64: BatchItem]) {
    live -= 1
    line.closeGaps(live: live) { items[$0] != nil }
  }

  func first(in items: [UInt64: BatchItem]) -> BatchItem? {
    line.first.flatMap { items[$0] }
  }
}
