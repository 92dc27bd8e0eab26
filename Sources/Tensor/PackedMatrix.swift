import CKernels

/// Weights (rows, columns) in the order that the kernels read: packed once, where BLAS packs on every call.
// @unchecked: written in the initializer alone.
package final class PackedMatrix: @unchecked Sendable {
  package let rows: Int
  package let columns: Int
  let packed: UnsafeMutablePointer<Float>  // [rows/64][columns][64]

  /// Whether this processor has kernels for it.
  package static var isAvailable: Bool { ck_packed_available() }

  /// The matrices one above the other; all of the same width.
  package init(_ parts: [any FloatRows]) {
    let (rows, columns) = (parts.rows, parts.columns)
    self.rows = rows
    self.columns = columns
    let count = ck_packed_size(columns, rows)
    packed = FloatBuffer.allocate(count)
    // What lies behind the last output of the last panel is read, and must be numbers.
    let tail = min(count, Int(CK_PANEL) * columns)
    (packed + count - tail).update(repeating: 0, count: tail)
    // Blocks are written to different places.
    nonisolated(unsafe) let destination = packed
    parts.forEachBlock { ck_pack($0, columns, $1, $2, destination) }
  }

  deinit { packed.deallocate() }
}
