import CKernels
import Tensor

/// The end of every step, whatever the architecture: it turns the last states of a worker's rows into what their
/// sentences ask for.
///
/// Logits are computed in blocks of tokens, for all rows at once. Only the greatest and the sum of exponentials are kept,
/// so that a block stays in the processor's cache. The bits of a row do not depend on the other rows.
final class OutputReader {
  /// One row of a step: its sentence's plan, and the number of the row's step, from 1.
  struct Row {
    var plan: OutputPlan
    var step: Int

    /// Number of the likeliest tokens asked for.
    var best: Int { plan.best(at: step) }
  }

  private let layer: OutputLayer
  private let width: Int
  private let vocabulary: Int
  private let endToken: Int32
  private var rows: [Row] = []  // (rows)

  private var entries = UnsafeMutablePointer<ck_entry>.allocate(capacity: 0)  // (rows, best)
  private var capacity = 0
  private var sums: [ck_running_sum] = []  // (rows)
  private var targets: [Float] = []  // (rows)
  /// Entries per row: the most that any row asks for.
  private var stride = 0
  private let watched = FloatBuffer()  // (rows, watched tokens)
  /// Watched tokens per row: the most that any row asks for.
  private var watchStride = 0

  private let search = ScreenState()
  private let states = FloatBuffer()  // (rows, D) of some of the rows
  private var screened: [Int] = []
  private var whole: [Int] = []
  private var best: [Int] = []

  /// - Parameter width: D, of the states that the layer reads.
  init(_ layer: OutputLayer, width: Int, vocabulary: Int, endToken: Int32) {
    self.layer = layer
    self.width = width
    self.vocabulary = vocabulary
    self.endToken = endToken
  }

  deinit { entries.deallocate() }

  /// The plan of a sentence: its request in terms of its output layer.
  func plan(_ request: OutputRequest, source: ArraySlice<Int32>) -> OutputPlan {
    OutputPlan(
      request, narrow: layer.narrowed(to: source, required: request.target + request.watched), vocabulary: vocabulary,
      endToken: endToken)
  }

  /// Reads one step.
  /// - Parameter x: (rows, D)
  func read(_ x: UnsafePointer<Float>, _ stepping: some Sequence<Row>, scratch: LinearScratch) {
    rows.removeAll(keepingCapacity: true)
    rows += stepping
    begin()
    switch layer {
    case .whole(let layer): read(layer, x, at: rows.indices, scratch: scratch)
    case .screened(let screened): read(screened, x, scratch: scratch)
    case .shortlisted: readShortlists(x, scratch)
    }
  }

  /// The outcome of the last step for a row.
  func outcome(_ row: Int, _ plan: OutputPlan) -> RowOutcome {
    RowOutcome(
      entries: entries + row * stride, count: rows[row].best,
      normalizer: plan.normalizer == .none ? 0 : ck_log_of(sums[row]), target: targets[row],
      watched: plan.watched.isEmpty ? nil : UnsafePointer(watched.base + row * watchStride))
  }

  private func begin() {
    stride = rows.reduce(1) { max($0, $1.best) }
    reserve(rows.count * stride)
    watchStride = rows.reduce(0) { max($0, $1.plan.watched.count) }
    if watchStride > 0 {
      watched.reserve(rows.count * watchStride).update(repeating: -.infinity, count: rows.count * watchStride)
    }
    sums.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    for (row, state) in rows.enumerated() {
      // A row whose logits are all NaN or -∞ ends.
      (entries + row * stride).update(
        repeating: ck_entry(value: -.infinity, index: state.plan.endToken), count: stride)
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

  /// Reads some rows through a layer.
  /// - Parameter x: (indices.count, D)
  private func read(
    _ layer: Linear, _ x: UnsafePointer<Float>, at indices: some Collection<Int>, scratch: LinearScratch
  ) {
    guard !indices.isEmpty else { return }
    layer.forEachBlock(x, rows: indices.count, scratch: scratch) { reduce($0, at: indices) }
    for row in indices { nameTokens(row, rows[row]) }
  }

  /// Reads the rows of each sentence, which are side by side, through its own layer.
  private func readShortlists(_ x: UnsafePointer<Float>, _ scratch: LinearScratch) {
    var first = 0
    while first < rows.count, let narrow = rows[first].plan.narrow {
      let end = rows[first...].firstIndex { $0.plan.narrow !== narrow } ?? rows.count
      read(narrow.linear, x + first * width, at: first..<end, scratch: scratch)
      first = end
    }
  }

  /// Reads all rows through a screened layer. Rows that ask for more than the likeliest tokens, or for which too many
  /// tokens could be the likeliest, are read through the whole layer.
  /// - Parameter x: (rows, D)
  private func read(_ output: ScreenedOutput, _ x: UnsafePointer<Float>, scratch: LinearScratch) {
    screened.removeAll(keepingCapacity: true)
    whole.removeAll(keepingCapacity: true)
    best.removeAll(keepingCapacity: true)
    for (row, state) in rows.enumerated() {
      guard state.plan.wantsBestAlone else {
        whole.append(row)
        continue
      }
      screened.append(row)
      best.append(state.best)
    }
    let gathered = gather(screened, of: x)
    output.screen.search(gathered, best: best, state: search, scratch: scratch) { index, block in
      forbid(block.row(index), block.outputs, rows[screened[index]])
    }
    for (index, row) in screened.enumerated() {
      guard let found = output.screen.exact(index, gathered, state: search) else {
        whole.append(row)
        continue
      }
      ck_merge_best(found.baseAddress, found.count, best[index], entries + row * stride)
      let plan = rows[row].plan
      if !plan.watched.isEmpty {
        output.screen.outputs(
          plan.watched, gathered + index * width, into: watched.base + row * watchStride)
      }
    }
    guard !whole.isEmpty else { return }
    output.forEachBlock(gather(whole, of: x), rows: whole.count, scratch: scratch) { reduce($0, at: whole) }
  }

  /// The states of some rows side by side, (indices.count, D).
  private func gather(_ indices: [Int], of x: UnsafePointer<Float>) -> UnsafePointer<Float> {
    let gathered = states.reserve(indices.count * width)
    for (index, row) in indices.enumerated() {
      (gathered + index * width).update(from: x + row * width, count: width)
    }
    return UnsafePointer(gathered)
  }

  /// Takes what some rows ask for from a block of logits, which has these rows alone.
  private func reduce(_ block: OutputBlock, at indices: some Collection<Int>) {
    for (index, row) in indices.enumerated() { reduce(block.row(index), block.outputs, row, rows[row]) }
  }

  /// - Parameter logits: (outputs.count) of one row.
  private func reduce(_ logits: UnsafeMutablePointer<Float>, _ outputs: Range<Int>, _ row: Int, _ state: Row) {
    let plan = state.plan
    if state.step <= plan.target.count, outputs.contains(plan.target[state.step - 1]) {
      targets[row] = logits[plan.target[state.step - 1] - outputs.lowerBound]
    }
    for (index, output) in plan.watched.enumerated() where outputs.contains(output) {
      (watched.base + row * watchStride)[index] = logits[output - outputs.lowerBound]
    }
    if plan.normalizer == .all { ck_add_exponentials(logits, outputs.count, &sums[row]) }
    forbid(logits, outputs, state)
    if plan.normalizer == .allowed { ck_add_exponentials(logits, outputs.count, &sums[row]) }
    ck_add_best(logits, outputs.count, Int32(outputs.lowerBound), state.best, entries + row * stride)
  }

  private func forbid(_ logits: UnsafeMutablePointer<Float>, _ outputs: Range<Int>, _ state: Row) {
    for output in state.plan.forbidden where outputs.contains(output) {
      logits[output - outputs.lowerBound] = -.infinity
    }
    if state.step <= state.plan.minLength, let end = state.plan.end, outputs.contains(end) {
      logits[end - outputs.lowerBound] = -.infinity
    }
  }

  /// Replaces outputs of a shortlist by tokens.
  private func nameTokens(_ row: Int, _ state: Row) {
    guard let candidates = state.plan.narrow?.candidates else { return }
    for entry in (row * stride)..<(row * stride + state.best) where entries[entry].value > -.infinity {
      entries[entry].index = candidates[Int(entries[entry].index)]
    }
  }
}

// MARK: Plans

/// A sentence's `OutputRequest` with tokens replaced by outputs of its layer: positions among the candidates if the
/// layer is a shortlist, else the tokens themselves.
final class OutputPlan: Sendable {
  /// Number of the likeliest tokens asked for before the first step, and added by each step.
  private let best: Int
  private let growth: Int
  /// Number of tokens that can be produced.
  private let outputs: Int
  let normalizer: OutputRequest.Normalizer
  let minLength: Int
  let forbidden: [Int]
  /// Output of the end of sentence; nil if it cannot be produced.
  let end: Int?
  let endToken: Int32
  /// Output per target token; -1 if it cannot be produced.
  let target: [Int]
  /// Output per watched token; -1 if it cannot be produced.
  let watched: [Int]
  /// The layer of this sentence alone; nil if the model has one layer for all.
  let narrow: NarrowOutput?

  init(_ request: OutputRequest, narrow: NarrowOutput?, vocabulary: Int, endToken: Int32) {
    func output(_ token: Int32) -> Int? {
      guard let narrow else { return token >= 0 && token < vocabulary ? Int(token) : nil }
      return narrow.output(of: token)
    }
    self.narrow = narrow
    self.endToken = endToken
    outputs = narrow?.candidates.count ?? vocabulary
    best = max(1, request.best)
    growth = request.growth
    normalizer = request.normalizer
    minLength = request.minLength
    forbidden = request.forbidden.compactMap(output)
    end = output(endToken)
    target = request.target.map { output($0) ?? -1 }
    watched = request.watched.map { output($0) ?? -1 }
  }

  /// Number of the likeliest tokens asked for.
  /// - Parameter step: from 1.
  func best(at step: Int) -> Int { max(1, min(best + growth * step, outputs)) }

  /// Whether the likeliest tokens are all that is asked for, so that the other logits are not needed.
  var wantsBestAlone: Bool { normalizer == .none && target.isEmpty }
}
