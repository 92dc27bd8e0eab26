import CKernels
import Tensor

/// A worker's reading of the output layer: a block of logits at a time for all rows, of which the best and the sum of
/// exponentials are kept. The block stays in the cache; a row's bits do not depend on the other rows.
final class OutputReader {
  /// One row's part: what it wants, and its step counted from 1.
  struct Row {
    var plan: OutputPlan
    var step: Int
  }

  private var entries = UnsafeMutablePointer<ck_entry>.allocate(capacity: 0)  // (rows, best)
  private var capacity = 0
  private var sums: [ck_running_sum] = []  // (rows)
  private var targets: [Float] = []  // (rows)
  /// Entries a row: the most that any row wants.
  private var stride = 0

  deinit { entries.deallocate() }

  /// To be called with all rows of a step before any is read.
  func begin(_ rows: [Row]) {
    stride = rows.reduce(1) { max($0, $1.plan.best) }
    reserve(rows.count * stride)
    sums.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    for (row, state) in rows.enumerated() {
      // A row of which nothing can be said, as where weights are not numbers, ends.
      (entries + row * stride).update(
        repeating: ck_entry(value: -.infinity, place: state.plan.endToken), count: stride)
      sums.append(ck_running_sum(max: -.infinity, sum: 0))
      targets.append(-.infinity)
    }
  }

  private func reserve(_ count: Int) {
    guard count > capacity else { return }
    entries.deallocate()
    entries = .allocate(capacity: count)
    capacity = count
  }

  /// Reads rows `range` through `layer`.
  /// - Parameter x: (range.count, D)
  func read(
    _ layer: Linear, _ x: UnsafePointer<Float>, _ rows: [Row], in range: Range<Int>, scratch: LinearScratch
  ) {
    layer.forEachBlock(x, rows: range.count, scratch: scratch) { block in
      for row in range { reduce(block.row(row - range.lowerBound), block.outputs, row, rows[row]) }
    }
    for row in range { nameTokens(row, rows[row].plan) }
  }

  /// Takes what a row wants of the logits of some outputs.
  private func reduce(_ logits: UnsafeMutablePointer<Float>, _ outputs: Range<Int>, _ row: Int, _ state: Row) {
    let plan = state.plan
    if state.step <= plan.target.count, outputs.contains(plan.target[state.step - 1]) {
      targets[row] = logits[plan.target[state.step - 1] - outputs.lowerBound]
    }
    if plan.normalizer == .all { ck_add_exponentials(logits, outputs.count, &sums[row]) }
    for place in plan.forbidden where outputs.contains(place) { logits[place - outputs.lowerBound] = -.infinity }
    if state.step <= plan.minLength, let end = plan.end, outputs.contains(end) {
      logits[end - outputs.lowerBound] = -.infinity
    }
    if plan.normalizer == .allowed { ck_add_exponentials(logits, outputs.count, &sums[row]) }
    ck_add_best(logits, outputs.count, Int32(outputs.lowerBound), plan.best, entries + row * stride)
  }

  /// Places among a sentence's candidates become tokens.
  private func nameTokens(_ row: Int, _ plan: OutputPlan) {
    guard let candidates = plan.narrow?.candidates else { return }
    for entry in (row * stride)..<(row * stride + plan.best) where entries[entry].value > -.infinity {
      entries[entry].place = candidates[Int(entries[entry].place)]
    }
  }

  func outcome(_ row: Int, _ plan: OutputPlan) -> RowOutcome {
    RowOutcome(
      entries: entries + row * stride, count: plan.best,
      normalizer: plan.normalizer == .none ? 0 : ck_log_of(sums[row]), target: targets[row])
  }
}
