/// A vector at every position, together with its derivatives along some directions: forward-mode differentiation, where
/// each operation computes both at once.
package struct Dual: Sendable {
  package let rows: Int  // T
  package let directions: Int  // R
  package let width: Int  // D
  /// (1 + R, T, D): plane 0 the vectors themselves, then a plane a direction.
  package internal(set) var values: [Double]

  init(rows: Int, directions: Int, width: Int) {
    self.init(
      rows: rows, directions: directions, width: width,
      values: [Double](repeating: 0, count: (1 + directions) * rows * width))
  }

  private init(rows: Int, directions: Int, width: Int, values: [Double]) {
    self.rows = rows
    self.directions = directions
    self.width = width
    self.values = values
  }

  /// An encoder's input, of which only the first vector changes.
  /// - Parameters:
  ///   - inputs: (T, D)
  ///   - directions: (R, D), along which the first of them changes.
  package init(inputs: [[Double]], directions: [[Double]]) {
    self.init(rows: inputs.count, directions: directions.count, width: inputs.first?.count ?? 0)
    for (row, vector) in inputs.enumerated() { set(vector, plane: 0, row: row) }
    for (plane, direction) in directions.enumerated() { set(direction, plane: plane + 1, row: 0) }
  }

  private mutating func set(_ vector: [Double], plane: Int, row: Int) {
    values.replaceSubrange(start(plane, row)..<start(plane, row) + width, with: vector)
  }

  func start(_ plane: Int, _ row: Int) -> Int { (plane * rows + row) * width }

  package func vector(plane: Int, row: Int) -> ArraySlice<Double> {
    values[start(plane, row)..<start(plane, row) + width]
  }

  static func + (a: Dual, b: Dual) -> Dual {
    Dual(rows: a.rows, directions: a.directions, width: a.width, values: zip(a.values, b.values).map(+))
  }

  /// max(0, x), whose derivative at 0 is taken as 0.
  var rectified: Dual {
    var result = self
    let plane = rows * width
    for element in 0..<plane where values[element] <= 0 {
      for index in stride(from: element, to: values.count, by: plane) { result.values[index] = 0 }
    }
    return result
  }

  /// Columns of one plane as a matrix of their own (T, columns), or turned (columns, T).
  func columns(_ range: Range<Int>, plane: Int) -> [Double] {
    (0..<rows).flatMap { values[start(plane, $0) + range.lowerBound..<start(plane, $0) + range.upperBound] }
  }

  func turnedColumns(_ range: Range<Int>, plane: Int, times factor: Double) -> [Double] {
    range.flatMap { column in (0..<rows).map { values[start(plane, $0) + column] * factor } }
  }

  /// Writes a matrix (T, columns) over the columns from `first` on.
  mutating func setColumns(from first: Int, plane: Int, _ matrix: [Double]) {
    let count = matrix.count / max(rows, 1)
    for row in 0..<rows {
      let to = start(plane, row) + first
      values.replaceSubrange(to..<to + count, with: matrix[row * count..<(row + 1) * count])
    }
  }
}
