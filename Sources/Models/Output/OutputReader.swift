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

  private let search = ScreenState()
  private let states = FloatBuffer()  // (rows, D) of some of the rows
  private var screened: [Int] = []
  private var whole: [Int] = []
  private var best: [Int] = []

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

  /// Reads some rows through `layer`.
  /// - Parameter x: (indices.count, D)
  func read(
    _ layer: Linear, _ x: UnsafePointer<Float>, _ rows: [Row], at indices: some Collection<Int>,
    scratch: LinearScratch
  ) {
    guard !indices.isEmpty else { return }
    layer.forEachBlock(x, rows: indices.count, scratch: scratch) { reduce($0, rows, at: indices) }
    for row in indices { nameTokens(row, rows[row].plan) }
  }

  /// Reads all rows through a screened layer; those that want more than the best, or of which too many tokens may be the
  /// best, are read whole.
  /// - Parameter x: (rows, d)
  func read(
    _ output: ScreenedOutput, _ x: UnsafePointer<Float>, width d: Int, _ rows: [Row], scratch: LinearScratch
  ) {
    screened.removeAll(keepingCapacity: true)
    whole.removeAll(keepingCapacity: true)
    best.removeAll(keepingCapacity: true)
    for (row, state) in rows.enumerated() {
      guard state.plan.wantsBestAlone else {
        whole.append(row)
        continue
      }
      screened.append(row)
      best.append(state.plan.best)
    }
    let gathered = gather(screened, of: x, width: d)
    output.screen.search(gathered, best: best, state: search, scratch: scratch) { index, block in
      forbid(block.row(index), block.outputs, rows[screened[index]])
    }
    for (index, row) in screened.enumerated() {
      guard let found = output.screen.exact(index, gathered, state: search) else {
        whole.append(row)
        continue
      }
      ck_merge_best(found.baseAddress, found.count, best[index], entries + row * stride)
    }
    guard !whole.isEmpty else { return }
    output.forEachBlock(gather(whole, of: x, width: d), rows: whole.count, scratch: scratch) {
      reduce($0, rows, at: whole)
    }
  }

  /// Takes what some rows want of a block, whose rows are theirs in order.
  private func reduce(_ block: OutputBlock, _ rows: [Row], at indices: some Collection<Int>) {
    for (place, row) in indices.enumerated() { reduce(block.row(place), block.outputs, row, rows[row]) }
  }

  /// (indices.count, width)
  private func gather(_ indices: [Int], of x: UnsafePointer<Float>, width: Int) -> UnsafePointer<Float> {
    let gathered = states.reserve(indices.count * width)
    for (place, row) in indices.enumerated() {
      (gathered + place * width).update(from: x + row * width, count: width)
    }
    return UnsafePointer(gathered)
  }

  /// Takes what a row wants of the logits of some outputs.
  private func reduce(_ logits: UnsafeMutablePointer<Float>, _ outputs: Range<Int>, _ row: Int, _ state: Row) {
    let plan = state.plan
    if state.step <= plan.target.count, outputs.contains(plan.target[state.step - 1]) {
      targets[row] = logits[plan.target[state.step - 1] - outputs.lowerBound]
    }
    if plan.normalizer == .all { ck_add_exponentials(logits, outputs.count, &sums[row]) }
    forbid(logits, outputs, state)
    if plan.normalizer == .allowed { ck_add_exponentials(logits, outputs.count, &sums[row]) }
    ck_add_best(logits, outputs.count, Int32(outputs.lowerBound), plan.best, entries + row * stride)
  }

  private func forbid(_ logits: UnsafeMutablePointer<Float>, _ outputs: Range<Int>, _ state: Row) {
    for place in state.plan.forbidden where outputs.contains(place) {
      logits[place - outputs.lowerBound] = -.infinity
    }
    if state.step <= state.plan.minLength, let end = state.plan.end, outputs.contains(end) {
      logits[end - outputs.lowerBound] = -.infinity
    }
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
