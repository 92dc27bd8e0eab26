import Tensor

/// Keys and values of decoder self-attention, one cell a row and step, for all layers.
///
/// Rows that fork share the cells of their common past, so reordering a beam moves indices and never floats. A cell is
/// free again when no row refers to it.
struct KeyValueCache {
  private var layers: [FloatBuffer]  // L × (cells, 2D)
  private let width: Int  // 2D
  private var references: [Int32] = []  // rows that refer to each cell
  private var free: [Int] = []

  init(layers: Int, dimension: Int) {
    self.layers = (0..<layers).map { _ in FloatBuffer() }
    width = 2 * dimension
  }

  /// True where no layer attends to its past.
  var isEmpty: Bool { layers.isEmpty }

  /// Distance in floats from a layer's base.
  func offset(_ cell: Int) -> Int { cell * width }

  func base(layer: Int) -> UnsafeMutablePointer<Float> { layers[layer].base }

  /// A cell that one row refers to.
  mutating func take() -> Int {
    if free.isEmpty { grow() }
    let cell = free.removeLast()
    references[cell] = 1
    return cell
  }

  /// `change` more rows refer to the cell, or fewer where negative.
  mutating func refer(_ cell: Int, change: Int) {
    references[cell] += Int32(change)
    if references[cell] == 0 { free.append(cell) }
  }

  private mutating func grow() {
    let old = references.count
    let new = max(256, old * 2)
    for index in layers.indices {
      let wider = FloatBuffer(count: new * width)
      wider.base.update(from: layers[index].base, count: old * width)
      layers[index] = wider
    }
    references += Array(repeating: 0, count: new - old)
    free += (old..<new).reversed()
  }
}
