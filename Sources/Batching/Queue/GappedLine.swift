/// Ids in the order in which they came. One that is gone stays as a gap until the front passes it or until gaps
/// outnumber the rest.
struct GappedLine {
  /// Stands where an id was made to leave. Ids count from 1.
  private static let gap: UInt64 = 0

  private(set) var ids: [UInt64] = []
  private(set) var front = 0

  var first: UInt64? { front < ids.count ? ids[front] : nil }

  mutating func append(_ id: UInt64) {
    ids.append(id)
  }

  mutating func leave(_ place: Int) {
    ids[place] = Self.gap
  }

  /// To be called where ids may be gone; places change.
  /// - Parameter live: how many are not, or a few more.
  mutating func closeGaps(live: Int, isLive: (UInt64) -> Bool) {
    while front < ids.count, !isLive(ids[front]) { front += 1 }
    if ids.count > 2 * live + 32 {
      ids = ids[front...].filter(isLive)
      front = 0
    }
  }
}
