import CKernels
import Dispatch

/// Rows of float32 that weights are made of, wherever they lie and in whatever type.
package protocol FloatRows: Sendable {
  var rows: Int { get }
  var columns: Int { get }

  /// Gives `body` some rows (range.count, columns), one behind the other, for as long as it runs. Each is read once.
  func read(_ range: Range<Int>, _ body: (UnsafePointer<Float>) -> Void)

  /// All of them, for BLAS.
  var matrix: Matrix { get }
}

extension Matrix: FloatRows {
  package func read(_ range: Range<Int>, _ body: (UnsafePointer<Float>) -> Void) { body(row(range.lowerBound)) }

  package var matrix: Matrix { self }
}

/// Some rows of one of several matrices that stand one above the other.
private struct RowBlock: Sendable {
  let part: any FloatRows
  let rows: Range<Int>
  /// The first row's number, counted through all parts.
  let first: Int

  /// So much of the file is in memory at once, on each core.
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
  /// Gives `body` the rows of all parts block by block, in any order and on all cores: a model's start is spent here.
  /// Arguments: the rows, the first one's number counted through all parts, and how many they are.
  func forEachBlock(_ body: @Sendable (UnsafePointer<Float>, _ first: Int, _ count: Int) -> Void) {
    let blocks = RowBlock.of(self)
    DispatchQueue.concurrentPerform(iterations: blocks.count) { index in
      let block = blocks[index]
      block.part.read(block.rows) { body($0, block.first, block.rows.count) }
    }
  }

  var rows: Int { reduce(0) { $0 + $1.rows } }

  /// All parts have it.
  var columns: Int { first?.columns ?? 0 }
}
