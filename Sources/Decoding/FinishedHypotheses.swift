/// The hypotheses of a search that have ended, the best ones first, and the tokens that are settled.
///
/// One with more terms goes before one with fewer, then one with the greater score.
struct FinishedHypotheses {
  struct Entry {
    /// The last node in the trace.
    var leaf: Int
    var score: Float
    /// A bit per term that is missing.
    var missing: UInt64 = 0

    /// Whether an entry goes before another one.
    func precedes(_ other: Entry) -> Bool {
      (other.missing.nonzeroBitCount, score) > (missing.nonzeroBitCount, other.score)
    }
  }

  private(set) var entries: [Entry] = []
  private let limit: Int
  /// The last token that `takeSettled` gave.
  private var settled = Trace.root

  /// - Parameter limit: the most hypotheses that are kept, at least one.
  init(limit: Int) { self.limit = limit }

  /// The worst one if there are as many as can be.
  var worst: Entry? { entries.count == limit ? entries.last : nil }

  /// Takes a hypothesis, behind those that are as good. The worst one of too many is released.
  mutating func add(_ entry: Entry, _ trace: inout Trace) {
    let rank = entries.firstIndex { entry.precedes($0) } ?? entries.count
    entries.insert(entry, at: rank)
    if entries.count > limit { trace.release(entries.removeLast().leaf) }
  }

  /// Releases all hypotheses but the best.
  mutating func removeOthers(_ trace: inout Trace) {
    while entries.count > 1 { trace.release(entries.removeLast().leaf) }
  }

  /// The start that all hypotheses share, running or finished, beyond what was given before: one of them will be the best.
  /// - Parameter running: the leaves of those that go on.
  mutating func takeSettled(_ running: [Int], _ trace: Trace) -> [Int32] {
    let shared = trace.fork(of: running + entries.map(\.leaf))
    defer { settled = shared }
    return trace.tokens(to: shared, after: settled)
  }

  /// The result of a search.
  /// - Parameters:
  ///   - running: the hypotheses to take if none has ended.
  ///   - hypothesis: makes a hypothesis of an entry.
  func result(
    _ count: Int, running: [Entry], _ trace: Trace, _ hypothesis: (Entry) -> Hypothesis
  ) -> DecodingResult {
    let best = entries.isEmpty ? running : entries
    return DecodingResult(
      hypotheses: best.prefix(max(1, count)).map(hypothesis),
      attention: best.first.map { trace.attention(to: $0.leaf) } ?? [:],
      alignment: best.first.map { trace.alignment(to: $0.leaf) } ?? [])
  }
}
