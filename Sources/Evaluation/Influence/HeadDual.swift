import Foundation

/// The weights of one attention head, with their derivatives.
struct HeadDual {
  private let rows: Int  // T
  private let planes: [[Double]]  // 1 + R of (T, T)

  /// softmax(Q Kᵀ / √d) over the columns of a head.
  init(query: Dual, key: Dual, columns: Range<Int>) {
    let rows = query.rows
    let scale = 1 / Double(columns.count).squareRoot()
    let queries = query.columns(columns, plane: 0)
    let keys = key.turnedColumns(columns, plane: 0, times: scale)
    func product(_ a: [Double], _ b: [Double], addedTo scores: inout [Double]) {
      MatrixProduct.add(a, b, to: &scores, m: rows, k: columns.count, n: rows)
    }
    var weights = [Double](repeating: 0, count: rows * rows)
    product(queries, keys, addedTo: &weights)
    Self.normalise(&weights, rows)
    self.rows = rows
    planes =
      [weights]
      + (0..<query.directions).map { direction in
        var change = [Double](repeating: 0, count: rows * rows)
        product(query.columns(columns, plane: direction + 1), keys, addedTo: &change)
        product(queries, key.turnedColumns(columns, plane: direction + 1, times: scale), addedTo: &change)
        Self.normalise(&change, along: weights, rows)
        return change
      }
  }

  /// One plane of weights · V, (T, columns).
  func context(_ value: Dual, _ columns: Range<Int>, plane: Int) -> [Double] {
    var result = [Double](repeating: 0, count: rows * columns.count)
    func add(_ weights: [Double], _ values: [Double]) {
      MatrixProduct.add(weights, values, to: &result, m: rows, k: rows, n: columns.count)
    }
    add(planes[plane], value.columns(columns, plane: 0))
    if plane > 0 { add(planes[0], value.columns(columns, plane: plane)) }
    return result
  }

  /// Each row becomes its softmax.
  private static func normalise(_ scores: inout [Double], _ count: Int) {
    for start in stride(from: 0, to: scores.count, by: count) {
      let row = start..<start + count
      let most = scores[row].max() ?? 0
      for index in row { scores[index] = exp(scores[index] - most) }
      let sum = scores[row].reduce(0, +)
      for index in row { scores[index] /= sum }
    }
  }

  /// From a change of scores to that of their softmax.
  private static func normalise(_ change: inout [Double], along weights: [Double], _ count: Int) {
    for start in stride(from: 0, to: change.count, by: count) {
      let mean = (start..<start + count).reduce(0) { $0 + weights[$1] * change[$1] }
      for index in start..<start + count { change[index] = weights[index] * (change[index] - mean) }
    }
  }
}
