import CKernels
import Tensor

/// The encoder's pass over a batch: for each cell all products with the input at once, then one step per position for
/// the sentences that have it.
struct RecurrentEncoder {
  let stack: RecurrentStack
  let workspace: RecurrentWorkspace

  /// Encodes a batch and leaves each layer's last states in the workspace, in the order of the batch.
  /// - Returns: the last layer's outputs (N, K) in `order`, valid until the workspace is used again.
  func encode(_ batch: SourceBatch, _ order: TimeMajorBatch) -> UnsafePointer<Float> {
    var x = embed(batch, order)
    workspace.finalHidden.reserve(stack.layers.count * batch.count * stack.outputs)
    workspace.finalCell.reserve(stack.layers.count * batch.count * stack.outputs)
    var (given, spare) = (workspace.output, workspace.input)
    for (index, cells) in stack.layers.enumerated() {
      let y = given.reserve(order.rows * stack.outputs)
      for (direction, cell) in cells.enumerated() {
        run(cell, x, order, backwards: direction == 1, into: y + direction * cell.size)
        storeLastStates(order, layer: index, offset: direction * cell.size, width: cell.size)
      }
      x = UnsafePointer(y)
      swap(&given, &spare)
    }
    return x
  }

  /// (N, E)
  private func embed(_ batch: SourceBatch, _ order: TimeMajorBatch) -> UnsafePointer<Float> {
    let width = stack.embedding.table.dimension
    let x = workspace.input.reserve(order.rows * width)
    for (position, rows) in order.steps.enumerated() {
      for (rank, row) in rows.enumerated() {
        let token = batch.ids[order.sentences[rank] * batch.longest + position]
        stack.embedding.read(token, position: 0, into: x + row * width)
      }
    }
    return UnsafePointer(x)
  }

  /// - Parameters:
  ///   - x: (N, inputs)
  ///   - y: (N, H), rows K floats apart.
  private func run(
    _ cell: RecurrentCell, _ x: UnsafePointer<Float>, _ order: TimeMajorBatch, backwards: Bool,
    into y: UnsafeMutablePointer<Float>
  ) {
    let products = workspace.products.reserve(order.rows * cell.input.outputs)  // (N, G·H)
    cell.input.apply(x, rows: order.rows, into: products, scratch: workspace.linear)
    let states = order.sentences.count * cell.size
    let hidden = workspace.hidden.reserve(states)  // (B, H)
    let memory = workspace.cell.reserve(states)  // (B, H)
    hidden.update(repeating: 0, count: states)
    memory.update(repeating: 0, count: states)
    for step in order.steps.indices {
      let rows = order.steps[backwards ? order.steps.count - 1 - step : step]
      cell.step(
        products + rows.lowerBound * cell.input.outputs, hidden: hidden, cell: memory, rows: rows.count,
        workspace: workspace)
      for (rank, row) in rows.enumerated() {
        (y + row * stack.outputs).update(from: hidden + rank * cell.size, count: cell.size)
      }
    }
  }

  /// Copies the last states of the cell that has just run to its columns of the layer's last states.
  private func storeLastStates(_ order: TimeMajorBatch, layer: Int, offset: Int, width: Int) {
    for (rank, sentence) in order.sentences.enumerated() {
      let to = (layer * order.sentences.count + sentence) * stack.outputs + offset
      (workspace.finalHidden.base + to).update(from: workspace.hidden.base + rank * width, count: width)
      (workspace.finalCell.base + to).update(from: workspace.cell.base + rank * width, count: width)
    }
  }
}

/// The order of a batch's tokens when a recurrence runs over all sentences: by position, and within a position the
/// longest sentence first. So the sentences that have a position are the first ones, and padding has no row: it cannot
/// change a state in either direction.
struct TimeMajorBatch {
  /// Sentences, longest first.
  let sentences: [Int]
  /// Rows of each position.
  let steps: [Range<Int>]

  init(lengths: [Int]) {
    let sentences = lengths.indices.sorted { lengths[$0] == lengths[$1] ? $0 < $1 : lengths[$0] > lengths[$1] }
    var steps: [Range<Int>] = []
    var alive = sentences.count
    var start = 0
    for position in 0..<(lengths.max() ?? 0) {
      while lengths[sentences[alive - 1]] <= position { alive -= 1 }
      steps.append(start..<start + alive)
      start += alive
    }
    self.sentences = sentences
    self.steps = steps
  }

  /// Rows of the whole batch.
  var rows: Int { steps.last?.upperBound ?? 0 }
}
