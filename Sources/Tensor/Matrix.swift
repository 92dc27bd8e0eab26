/// An immutable matrix of weights, shared by all workers: (rows, columns), row-major.
///
/// It is either memory of its own or a view of a mapped file; `owner` keeps either alive.
// @unchecked: nothing writes through `base` once the initializer has returned.
package struct Matrix: @unchecked Sendable {
  package let base: UnsafePointer<Float>
  package let rows: Int
  package let columns: Int
  private let owner: AnyObject

  /// - Parameter owner: whatever frees the memory behind `base`; held as long as the matrix.
  package init(viewing base: UnsafePointer<Float>, rows: Int, columns: Int, owner: AnyObject) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.owner = owner
  }

  /// Allocates, and lets `fill` write every element.
  package init(
    rows: Int, columns: Int, fill: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) rethrows {
    let buffer = FloatBuffer(count: rows * columns)
    try fill(UnsafeMutableBufferPointer(start: buffer.base, count: rows * columns))
    self.init(viewing: buffer.base, rows: rows, columns: columns, owner: buffer)
  }

  /// The matrices one above the other; all of the same width.
  package init(stacking parts: [Matrix]) {
    let columns = parts.first?.columns ?? 0
    self.init(rows: parts.reduce(0) { $0 + $1.rows }, columns: columns) { all in
      var next = 0
      for part in parts {
        _ = UnsafeMutableBufferPointer(rebasing: all[next..<(next + part.rows * columns)])
          .update(from: UnsafeBufferPointer(start: part.base, count: part.rows * columns))
        next += part.rows * columns
      }
    }
  }

  package func row(_ index: Int) -> UnsafePointer<Float> { base + index * columns }
}
