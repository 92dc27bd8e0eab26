import CKernels
import Dispatch

/// An immutable matrix of weights, shared by all workers: (rows, columns), row-major.
///
/// `owner` keeps its memory alive.
// @unchecked: nothing writes through `base` once the initializer has returned.
package struct Matrix: @unchecked Sendable {
  package let base: UnsafePointer<Float>
  package let rows: Int
  package let columns: Int
  private let owner: AnyObject

  /// - Parameter owner: the object that frees the memory of `base`; held as long as the matrix.
  package init(viewing base: UnsafePointer<Float>, rows: Int, columns: Int, owner: AnyObject) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.owner = owner
  }

  /// Allocates memory and lets `fill` write every element.
  package init(
    rows: Int, columns: Int, fill: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) rethrows {
    let buffer = FloatBuffer(count: rows * columns)
    try fill(UnsafeMutableBufferPointer(start: buffer.base, count: rows * columns))
    self.init(viewing: buffer.base, rows: rows, columns: columns, owner: buffer)
  }

  /// Stacks matrices of the same width.
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

// MARK: Rows

/// The rows that weights are made of, given as float32 whatever their storage and type.
package protocol FloatRows: Sendable {
  var rows: Int { get }
  var columns: Int { get }

  /// Gives `body` some rows (range.count, columns), valid while it runs.
  func read(_ range: Range<Int>, _ body: (UnsafePointer<Float>) -> Void)

  /// All rows in memory.
  var matrix: Matrix { get }
}

extension Matrix: FloatRows {
  package func read(_ range: Range<Int>, _ body: (UnsafePointer<Float>) -> Void) { body(row(range.lowerBound)) }

  package var matrix: Matrix { self }
}

/// Some rows of one of several stacked matrices.
private struct RowBlock: Sendable {
  let part: any FloatRows
  let rows: Range<Int>
  /// Index of the first row, counted through all parts.
  let first: Int

  func read(_ body: (UnsafePointer<Float>, _ first: Int, _ count: Int) -> Void) {
    part.read(rows) { body($0, first, rows.count) }
  }

  /// Floats of a block: the part of the file that each core has in memory at once.
  static let floats = 1 << 17

  static func of(_ parts: [any FloatRows]) -> [RowBlock] {
    var blocks: [RowBlock] = []
    var first = 0
    for part in parts {
      let panels = floats / max(1, part.columns * Int(CK_PANEL))
      let size = max(1, panels) * Int(CK_PANEL)
      for start in stride(from: 0, to: part.rows, by: size) {
        blocks.append(RowBlock(part: part, rows: start..<min(start + size, part.rows), first: first + start))
      }
      first += part.rows
    }
    return blocks
  }
}

extension [any FloatRows] {
  /// Gives `body` the rows of all parts block by block, in any order and on all cores, on a `BackgroundThread` on one.
  /// Loading spends its time here.
  /// - Parameter body: takes the rows, the index of the first one counted through all parts, and their number.
  func forEachBlock(_ body: @Sendable (UnsafePointer<Float>, _ first: Int, _ count: Int) -> Void) {
    let blocks = RowBlock.of(self)
    guard !BackgroundThread.isCurrent else { return blocks.forEach { $0.read(body) } }
    DispatchQueue.concurrentPerform(iterations: blocks.count) { blocks[$0].read(body) }
  }

  var rows: Int { reduce(0) { $0 + $1.rows } }

  /// The width that all parts have.
  var columns: Int { first?.columns ?? 0 }
}

// MARK: Packing

/// Weights (rows, columns) in the order that the float32 kernels read. BLAS would pack them on every call.
// @unchecked: written in the initializer alone.
package final class PackedMatrix: @unchecked Sendable {
  package let rows: Int
  package let columns: Int
  let packed: UnsafeMutablePointer<Float>  // [rows/64][columns][64]
  let set: InstructionSet

  /// Whether the kernels for packed weights are in use.
  package static var isAvailable: Bool { ck_packed_available() }

  /// Stacks matrices of the same width.
  package init(_ parts: [any FloatRows], set: InstructionSet = .current) {
    let (rows, columns) = (parts.rows, parts.columns)
    self.rows = rows
    self.columns = columns
    self.set = set
    let count = ck_packed_size(columns, rows)
    packed = FloatBuffer.allocate(count)
    // The space after the last output of the last panel is read, and must hold numbers.
    let tail = min(count, Int(CK_PANEL) * columns)
    (packed + count - tail).update(repeating: 0, count: tail)
    // Blocks are written to different places.
    nonisolated(unsafe) let destination = packed
    parts.forEachBlock { ck_pack($0, columns, $1, $2, destination) }
  }

  deinit { packed.deallocate() }
}
