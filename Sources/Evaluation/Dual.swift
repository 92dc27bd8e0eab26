/// A vector at every position, together with its derivatives along some directions.
///
/// Forward-mode differentiation computes both at once in each operation.
package struct Dual: Sendable {
  package let rows: Int  // T
  package let directions: Int  // R
  package let width: Int  // D
  /// The values: plane 0 holds the vectors, and each further plane their derivatives along one direction. // (1 + R, T,
  /// D)
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

  /// Creates an encoder's input, of which only the first vector changes.
  ///
  /// - Parameters:
  ///   - inputs: the vectors, (T, D).
  ///   - directions: the directions along which the first vector changes, (R, D).
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

  /// The rectified values, max(0, x). The derivative at 0 is taken as 0.
  var rectified: Dual {
    var result = self
    let plane = rows * width
    for element in 0..<plane where values[element] <= 0 {
      for index in stride(from: element, to: values.count, by: plane) { result.values[index] = 0 }
    }
    return result
  }

  /// Columns of one plane as a matrix. // (T, columns)
  func columns(_ range: Range<Int>, plane: Int) -> [Double] {
    (0..<rows).flatMap { values[start(plane, $0) + range.lowerBound..<start(plane, $0) + range.upperBound] }
  }

  func turnedColumns(_ range: Range<Int>, plane: Int, times factor: Double) -> [Double] {
    range.flatMap { column in (0..<rows).map { values[start(plane, $0) + column] * factor } }
  }

  /// Replaces the columns from `first` on by a matrix. // (T, columns)
  mutating func setColumns(from first: Int, plane: Int, _ matrix: [Double]) {
    let count = matrix.count / max(rows, 1)
    for row in 0..<rows {
      let to = start(plane, row) + first
      values.replaceSubrange(to..<to + count, with: matrix[row * count..<(row + 1) * count])
    }
  }
}

/// The affine map y = W x + b.
struct AffineMap: Sendable {
  let inputs: Int
  let outputs: Int
  private let turned: [Double]  // (inputs, outputs)
  private let bias: [Double]  // (outputs)

  /// - Parameters:
  ///   - weight: W, (outputs, inputs).
  ///   - bias: b, (outputs).
  init(weight: [Double], bias: [Double], inputs: Int) {
    let outputs = bias.count
    self.inputs = inputs
    self.outputs = outputs
    self.bias = bias
    turned = (0..<inputs).flatMap { input in (0..<outputs).map { weight[$0 * inputs + input] } }
  }

  func apply(_ x: Dual) -> Dual {
    var y = Dual(rows: x.rows, directions: x.directions, width: outputs)
    multiply(x.values, planes: 1 + x.directions, rows: x.rows, into: &y.values)
    return y
  }

  /// Computes y (planes, rows, outputs) from x (planes, rows, inputs). A constant has no derivative, so only plane 0
  /// gets the bias.
  func multiply(_ x: [Double], planes: Int, rows: Int, into y: inout [Double]) {
    for index in y.indices { y[index] = index < rows * outputs ? bias[index % outputs] : 0 }
    MatrixProduct.add(x, turned, to: &y, m: planes * rows, k: inputs, n: outputs)
  }
}

/// Products of row-major matrices in double precision.
///
/// Derivatives shrink by tens of orders of magnitude on their way, beyond the range of the float32 kernels that serve.
enum MatrixProduct {
  /// Adds a product: c (m, n) += a (m, k) · b (k, n).
  static func add(_ a: [Double], _ b: [Double], to c: inout [Double], m: Int, k: Int, n: Int) {
    precondition(a.count >= m * k && b.count >= k * n && c.count >= m * n)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          for row in 0..<m { addRow(a + row * k, b, to: c + row * n, k: k, n: n) }
        }
      }
    }
  }

  /// Adds four rows of b at a time, so that c is read and written a quarter as often.
  private static func addRow(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, to c: UnsafeMutablePointer<Double>, k: Int, n: Int
  ) {
    var inner = 0
    while inner + 4 <= k {
      let (a0, a1, a2, a3) = (a[inner], a[inner + 1], a[inner + 2], a[inner + 3])
      let (b0, b1) = (b + inner * n, b + (inner + 1) * n)
      let (b2, b3) = (b + (inner + 2) * n, b + (inner + 3) * n)
      for column in 0..<n {
        c[column] += (a0 * b0[column] + a1 * b1[column]) + (a2 * b2[column] + a3 * b3[column])
      }
      inner += 4
    }
    while inner < k {
      let (factor, row) = (a[inner], b + inner * n)
      for column in 0..<n { c[column] += factor * row[column] }
      inner += 1
    }
  }
}
