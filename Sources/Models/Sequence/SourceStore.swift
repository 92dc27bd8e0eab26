import Tensor

/// The memory of all sources that a session has under way: planes of rows, of which each encoded batch occupies some side
/// by side.
///
/// All share it because what they need together varies far less than what each needs, so that it soon grows no more.
package final class SourceStore {
  private var planes: [(buffer: FloatBuffer, width: Int)] = []  // each (capacity, width)
  /// Rows there is memory for.
  package private(set) var capacity = 0
  /// Rows that nobody has, in order; no two touch.
  private var gaps: [Range<Int>] = []

  package init() {}

  package func row(_ row: Int, plane index: Int) -> UnsafeMutablePointer<Float> {
    planes[index].buffer.base + row * planes[index].width
  }

  /// The first gap that is wide enough, behind all others where there is none: what is in use stays near the start.
  /// - Parameter widths: of each plane, the same at each call.
  package func occupy(rows: Int, widths: [Int]) -> Range<Int> {
    if planes.isEmpty { planes = widths.map { (FloatBuffer(), $0) } }
    let index = gaps.firstIndex { $0.count >= rows } ?? grow(rows)
    let start = gaps[index].lowerBound
    gaps[index] = (start + rows)..<gaps[index].upperBound
    if gaps[index].isEmpty { gaps.remove(at: index) }
    return start..<(start + rows)
  }

  package func free(_ place: Range<Int>) {
    guard !place.isEmpty else { return }
    let index = gaps.firstIndex { $0.lowerBound >= place.upperBound } ?? gaps.count
    var first = place.lowerBound
    var end = place.upperBound
    var replaced = index..<index
    if index < gaps.count, gaps[index].lowerBound == end {
      end = gaps[index].upperBound
      replaced = replaced.lowerBound..<(index + 1)
    }
    if index > 0, gaps[index - 1].upperBound == first {
      first = gaps[index - 1].lowerBound
      replaced = (index - 1)..<replaced.upperBound
    }
    gaps.replaceSubrange(replaced, with: CollectionOfOne(first..<end))
  }

  /// Makes the last gap wide enough.
  /// - Returns: its index.
  private func grow(_ rows: Int) -> Int {
    let old = capacity
    let last = gaps.last.map { $0.upperBound == old ? $0.count : 0 } ?? 0
    capacity = max(256, 2 * old, old - last + rows)
    for index in planes.indices {
      let wider = FloatBuffer(count: capacity * planes[index].width)
      wider.base.update(from: planes[index].buffer.base, count: old * planes[index].width)
      planes[index].buffer = wider
    }
    free(old..<capacity)
    return gaps.count - 1
  }
}
