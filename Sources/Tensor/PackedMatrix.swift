import CKernels
import Dispatch

/// Weights (rows, columns) in the order that the kernels read: packed once, where BLAS packs on every call.
// @unchecked: written in the initializer alone.
package final class PackedMatrix: @unchecked Sendable {
  package let rows: Int
  package let columns: Int
  let packed: UnsafeMutablePointer<Float>  // [rows/64][columns][64]

  /// Whether this processor has kernels for it.
  package static var isAvailable: Bool { ck_packed_available() }

  /// The matrices one above the other; all of the same width.
  package init(_ parts: [Matrix]) {
    rows = parts.reduce(0) { $0 + $1.rows }
    columns = parts.first?.columns ?? 0
    let count = ck_packed_size(columns, rows)
    packed = FloatBuffer.allocate(count)
    // What lies behind the last output of the last panel is read, and must be numbers.
    let tail = min(count, Int(CK_PANEL) * columns)
    (packed + count - tail).update(repeating: 0, count: tail)
    var first = 0
    for part in parts {
      Self.pack(part, first: first, into: packed)
      first += part.rows
    }
  }

  /// On all cores: a model's start is spent here.
  private static func pack(_ part: Matrix, first: Int, into packed: UnsafeMutablePointer<Float>) {
    let chunk = 1024
    // Chunks write to different places.
    nonisolated(unsafe) let destination = packed
    DispatchQueue.concurrentPerform(iterations: (part.rows + chunk - 1) / chunk) { index in
      let start = index * chunk
      let count = min(chunk, part.rows - start)
      ck_pack(part.row(start), part.columns, first + start, count, destination)
    }
  }

  deinit { packed.deallocate() }
}
