import Tensor

/// One vector a layer and row that each step overwrites: what a recurrent decoder remembers of its past.
struct RecurrentStates {
  private var current = FloatBuffer()  // (L, rows, D)
  private var next = FloatBuffer()
  private let layers: Int
  private let dimension: Int
  private var rows = 0

  init(layers: Int, dimension: Int) {
    self.layers = layers
    self.dimension = dimension
  }

  /// (rows, D)
  func base(layer: Int) -> UnsafeMutablePointer<Float> { current.base + layer * rows * dimension }

  /// Rows that start from zeros, behind those there are.
  mutating func append(_ count: Int) {
    arrange(rows + count) { [rows] row in row < rows ? row : nil }
  }

  /// Row i becomes a copy of what was row `parents[i]`.
  mutating func select(_ parents: [Int]) {
    arrange(parents.count) { parents[$0] }
  }

  private mutating func arrange(_ count: Int, source: (Int) -> Int?) {
    next.reserve(layers * count * dimension)
    for layer in 0..<layers {
      for row in 0..<count {
        let to = next.base + (layer * count + row) * dimension
        if let from = source(row) {
          to.update(from: base(layer: layer) + from * dimension, count: dimension)
        } else {
          to.update(repeating: 0, count: dimension)
        }
      }
    }
    swap(&current, &next)
    rows = count
  }
}
