import Tensor

/// The memory of a recurrent decoder: one vector per layer and row, which each step overwrites.
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

  /// Appends rows of zeros.
  mutating func append(_ count: Int) {
    arrange(rows + count) { [rows] row in row < rows ? row : nil }
  }

  /// Makes row i a copy of the former row `parents[i]`.
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
