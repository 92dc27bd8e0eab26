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
    arrange((0..<(rows + count)).map { $0 < rows ? $0 : nil })
  }

  /// Row i becomes a copy of what was row `parents[i]`.
  mutating func select(_ parents: [Int]) {
    arrange(parents)
  }

  private mutating func arrange(_ sources: [Int?]) {
    let count = sources.count
    next.reserve(layers * count * dimension)
    for layer in 0..<layers {
      for (row, source) in sources.enumerated() {
        let to = next.base + (layer * count + row) * dimension
        if let from = source {
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
