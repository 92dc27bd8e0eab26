/// Where the tokens of a batch stand when a recurrence runs over all its sentences: position by position, and within a
/// position the longest sentence first. The sentences that have a position are then the first ones, and padding has no
/// place at all: what is not there cannot change a state, in either direction.
struct TimeMajorBatch {
  /// The sentence at each place, longest first.
  let order: [Int]
  /// Rows of each position.
  let steps: [Range<Int>]

  init(lengths: [Int]) {
    let order = lengths.indices.sorted { lengths[$0] == lengths[$1] ? $0 < $1 : lengths[$0] > lengths[$1] }
    var steps: [Range<Int>] = []
    var alive = order.count
    var start = 0
    for position in 0..<(lengths.max() ?? 0) {
      while lengths[order[alive - 1]] <= position { alive -= 1 }
      steps.append(start..<start + alive)
      start += alive
    }
    self.order = order
    self.steps = steps
  }

  /// Of the whole batch.
  var rows: Int { steps.last?.upperBound ?? 0 }
}
