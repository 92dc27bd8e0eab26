/// An immutable table of 8-bit rows (rows, columns) with one step size: value = integer · step.
// @unchecked: nothing writes through `base`.
package struct Int8Table: @unchecked Sendable {
  package let base: UnsafePointer<Int8>
  package let rows: Int
  package let columns: Int
  package let step: Float
  private let owner: AnyObject

  /// - Parameter owner: whatever frees the memory behind `base`; held as long as the table.
  package init(viewing base: UnsafePointer<Int8>, rows: Int, columns: Int, step: Float, owner: AnyObject) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.step = step
    self.owner = owner
  }

  package func row(_ index: Int) -> UnsafePointer<Int8> { base + index * columns }
}
