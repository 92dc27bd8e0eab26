import CKernels
import Tensor

/// The encoder's pass over a batch: of each cell all products with the input at once, then a step a position for the
/// sentences that have it.
struct RecurrentEncoder {
  let stack: RecurrentStack
  let workspace: RecurrentWorkspace

  /// Leaves each layer's last states in the workspace, in the order of the batch.
  /// - Returns: the last layer's outputs (N, K), placed as `places` says, valid until the workspace is used again.
  func encode(_ batch: SourceBatch, _ places: TimeMajorBatch) -> UnsafePointer<Float> {
    var x = embed(batch, places)
    workspace.finalHidden.reserve(stack.layers.count * batch.count * stack.outputs)
    workspace.finalCell.reserve(stack.layers.count * batch.count * stack.outputs)
    var (given, spare) = (workspace.output, workspace.input)
    for (index, cells) in stack.layers.enumerated() {
      let y = given.reserve(places.rows * stack.outputs)
      for (direction, cell) in cells.enumerated() {
        run(cell, x, places, backwards: direction == 1, into: y + direction * cell.size)
        keepEnd(places, layer: index, offset: direction * cell.size, width: cell.size)
      }
      x = UnsafePointer(y)
      swap(&given, &spare)
    }
    return x
  }

  /// (N, E)
  private func embed(_ batch: SourceBatch, _ places: TimeMajorBatch) -> UnsafePointer<Float> {
    let width = stack.embedding.table.dimension
    let x = workspace.input.reserve(places.rows * width)
    for (position, rows) in places.steps.enumerated() {
      for (place, row) in rows.enumerated() {
        let token = batch.ids[places.order[place] * batch.longest + position]
        stack.embedding.read(token, position: 0, into: x + row * width)
      }
    }
    return UnsafePointer(x)
  }

  /// - Parameters:
  ///   - x: (N, inputs)
  ///   - y: (N, H), rows K floats apart.
  private func run(
    _ cell: RecurrentCell, _ x: UnsafePointer<Float>, _ places: TimeMajorBatch, backwards: Bool,
    into y: UnsafeMutablePointer<Float>
  ) {
    let products = workspace.products.reserve(places.rows * cell.input.outputs)  // (N, G·H)
    cell.input.apply(x, rows: places.rows, into: products, scratch: workspace.linear)
    let states = places.order.count * cell.size
    let hidden = workspace.hidden.reserve(states)  // (B, H)
    let memory = workspace.cell.reserve(states)  // (B, H)
    hidden.update(repeating: 0, count: states)
    memory.update(repeating: 0, count: states)
    for step in places.steps.indices {
      let rows = places.steps[backwards ? places.steps.count - 1 - step : step]
      cell.step(
        products + rows.lowerBound * cell.input.outputs, hidden: hidden, cell: memory, rows: rows.count,
        workspace: workspace)
      for (place, row) in rows.enumerated() {
        (y + row * stack.outputs).update(from: hidden + place * cell.size, count: cell.size)
      }
    }
  }

  /// What the last cell to run ended with becomes columns of its layer's last states.
  private func keepEnd(_ places: TimeMajorBatch, layer: Int, offset: Int, width: Int) {
    for (place, sentence) in places.order.enumerated() {
      let to = (layer * places.order.count + sentence) * stack.outputs + offset
      (workspace.finalHidden.base + to).update(from: workspace.hidden.base + place * width, count: width)
      (workspace.finalCell.base + to).update(from: workspace.cell.base + place * width, count: width)
    }
  }
}
