import Tensor

/// The end of every step, whatever the family: from the rows' last states to what may follow them.
final class RowOutputs {
  private let layer: OutputLayer
  private let width: Int
  private let vocabulary: Int
  private let endToken: Int32
  private let reader = OutputReader()
  private var rows: [OutputReader.Row] = []

  /// - Parameter width: of the states that the layer reads.
  init(_ layer: OutputLayer, width: Int, vocabulary: Int, endToken: Int32) {
    self.layer = layer
    self.width = width
    self.vocabulary = vocabulary
    self.endToken = endToken
  }

  /// What a sentence asks, in places of its own output layer where it has one.
  func plan(_ request: OutputRequest, source: ArraySlice<Int32>) -> OutputPlan {
    OutputPlan(
      request, narrow: layer.narrowed(to: source, required: request.target), vocabulary: vocabulary,
      endToken: endToken)
  }

  /// - Parameter x: (rows, width)
  func read(_ x: UnsafePointer<Float>, _ wanted: some Sequence<OutputReader.Row>, scratch: LinearScratch) {
    rows.removeAll(keepingCapacity: true)
    rows += wanted
    reader.begin(rows)
    switch layer {
    case .whole(let layer): reader.read(layer, x, rows, at: rows.indices, scratch: scratch)
    case .screened(let screened): reader.read(screened, x, width: width, rows, scratch: scratch)
    case .shortlisted: readNarrow(x, scratch)
    }
  }

  /// Rows of one sentence stand side by side, so that its own output layer takes them as one.
  private func readNarrow(_ x: UnsafePointer<Float>, _ scratch: LinearScratch) {
    var first = 0
    while first < rows.count, let narrow = rows[first].plan.narrow {
      let end = rows[first...].firstIndex { $0.plan.narrow !== narrow } ?? rows.count
      reader.read(narrow.linear, x + first * width, rows, at: first..<end, scratch: scratch)
      first = end
    }
  }

  func outcome(_ row: Int, _ plan: OutputPlan) -> RowOutcome { reader.outcome(row, plan) }
}
