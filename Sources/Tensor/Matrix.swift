/// An immutable matrix of weights, shared by all workers: (rows, columns), row-major.
///
/// `owner` keeps its memory alive.
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
  package init(stacking parts: [any FloatRows]) {
    let (rows, columns) = (parts.rows, parts.columns)
    self.init(rows: rows, columns: columns) { all in
      guard let base = all.baseAddress else { return }
      // Blocks are written to different places.
      nonisolated(unsafe) let destination = base
      parts.forEachBlock { (destination + $1 * columns).update(from: $0, count: $2 * columns) }
    }
  }

  package func row(_ index: Int) -> UnsafePointer<Float> { base + index * columns }
}
