import Tensor

/// What the decoder reads of all sources that a session has under way, computed once a source: planes of one row a
/// token, as keys and values of every cross-attention.
///
/// Sentences lie in the order in which they came, new ones behind all others. Where there is no more room, those that
/// are still there move together. So nothing lies between them, and the memory in use is no more than a quarter above
/// what was ever needed at once.
package final class SourceStore {
  private var planes: [(buffer: FloatBuffer, width: Int)] = []  // each (rows, width)
  /// Rows that sentences keep to: more than there were ever at once, so that they need not move often.
  private var headroom = Headroom()
  /// Rows of sentences that are there.
  private var used = 0
  /// First row behind all sentences.
  private var end = 0
  /// In their order, some of them free since memory was last rearranged.
  private var places: [SourcePlace] = []

  package init() {}

  package var limit: Int { headroom.limit }

  package func row(_ row: Int, plane index: Int) -> UnsafeMutablePointer<Float> {
    planes[index].buffer.base + row * planes[index].width
  }

  /// Room for sentences side by side, each until it is freed by itself.
  /// - Parameter widths: of each plane, the same at each call.
  package func occupy(_ lengths: [Int], widths: [Int]) -> [SourcePlace] {
    if planes.isEmpty { planes = widths.map { (FloatBuffer(), $0) } }
    let rows = lengths.reduce(0, +)
    headroom.cover(used + rows)
    if end + rows > limit { moveTogether() }
    for (buffer, width) in planes where limit * width > buffer.capacity {
      buffer.widen(to: 2 * limit * width, keeping: end * width)
    }
    let new = lengths.map { length in
      defer { end += length }
      return SourcePlace(start: end, length: length)
    }
    places += new
    used += rows
    return new
  }

  package func free(_ place: SourcePlace) {
    place.isFree = true
    used -= place.length
    guard used == 0 else { return }
    places.removeAll(keepingCapacity: true)
    end = 0
  }

  /// Moves what is there to the front.
  private func moveTogether() {
    places.removeAll(where: \.isFree)
    end = 0
    for place in places {
      for (buffer, width) in planes {
        (buffer.base + end * width).update(from: buffer.base + place.start * width, count: place.length * width)
      }
      place.start = end
      end += place.length
    }
  }
}
