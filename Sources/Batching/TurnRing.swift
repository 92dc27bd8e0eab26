/// Submissions in the order of their turns, with gaps where one has left.
struct TurnRing {
  /// Where a submission stood that has left. Groups count from 1.
  static let gap: UInt64 = 0

  private(set) var groups: [UInt64] = []
  private(set) var front = 0

  var first: UInt64? { front < groups.count ? groups[front] : nil }
  var isEmpty: Bool { first == nil }

  mutating func append(_ group: UInt64) {
    groups.append(group)
  }

  mutating func leave(_ place: Int) {
    groups[place] = Self.gap
  }

  /// Gaps stay until the front passes them or until they outnumber the rest.
  mutating func closeGaps(in flows: [UInt64: Flow]) {
    while front < groups.count, flows[groups[front]] == nil { front += 1 }
    if groups.count > 2 * flows.count + 32 {
      groups = groups[front...].filter { flows[$0] != nil }
      front = 0
    }
  }
}
