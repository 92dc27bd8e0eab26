import Tensor

/// Keys and values of decoder self-attention, one cell a row and step, for all layers.
///
/// Rows that fork share the cells of their common past, so reordering a beam moves indices and never floats. A cell is
/// free again when no row refers to it.
struct KeyValueCache {
  private let layers: [FloatBuffer]  // L × (cells, 2D)
  private let width: Int  // 2D
  private var headroom = Headroom()
  private var references: [Int32] = []  // rows that refer to each cell
  private var free: [Int] = []
  private var lists = CellLists()

  init(layers: Int, dimension: Int) {
    self.layers = (0..<layers).map { _ in FloatBuffer() }
    width = 2 * dimension
  }

  /// True where no layer attends to its past.
  var isEmpty: Bool { layers.isEmpty }

  /// Distance in floats from a layer's base.
  func offset(_ cell: Int) -> Int { cell * width }

  func base(layer: Int) -> UnsafeMutablePointer<Float> { layers[layer].base }

  /// The cells of a row, one a step.
  func cells(row: Int) -> UnsafeBufferPointer<Int> { lists.cells(row) }

  /// Rows without a past, behind those there are.
  mutating func append(rows: Int) {
    if !isEmpty { lists.append(rows: rows) }
  }

  /// A new cell for each of the first rows.
  mutating func extend(rows: Int) {
    guard !isEmpty else { return }
    headroom.cover(references.count - free.count + rows)
    if headroom.limit > references.count { grow() }
    for row in 0..<rows {
      let cell = free.removeLast()
      references[cell] = 1
      lists.add(cell, row: row)
    }
  }

  /// Row i goes on from what was row `parents[i]`.
  mutating func select(_ parents: [Int]) {
    guard !isEmpty else { return }
    for parent in parents { lists.cells(parent).forEach { references[$0] += 1 } }
    for row in 0..<lists.count { lists.cells(row).forEach { release($0) } }
    lists.select(parents)
  }

  private mutating func release(_ cell: Int) {
    references[cell] -= 1
    if references[cell] == 0 { free.append(cell) }
  }

  /// Cells up to the limit, in memory that is there: what a load needs is taken when it first comes.
  private mutating func grow() {
    let old = references.count
    let new = headroom.limit - old
    for layer in layers {
      if headroom.limit * width > layer.capacity { layer.widen(to: 2 * headroom.limit * width, keeping: old * width) }
      (layer.base + old * width).update(repeating: 0, count: new * width)
    }
    references += Array(repeating: 0, count: new)
    free += (old..<(old + new)).reversed()
  }
}
