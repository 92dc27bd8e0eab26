import Tensor

/// What the decoder reads of all sources that a session has under way, computed once a source: planes of one row a
/// token, as keys and values of every cross-attention.
///
/// Sentences lie in the order in which they came, new ones behind all others. Where there is no more room, those that
/// are still there move together. So nothing lies between them, and the memory in use is no more than a quarter above
/// what was ever needed at once.
package final class SourceStore {
  private var planes: [(buffer: FloatBuffer, width: Int)] = []  // each (capacity, width)
  /// Rows there are addresses for. Those that were never in use take no memory.
  private var capacity = 0
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
    if end + rows > limit || limit > capacity { makeRoom() }
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
  private func makeRoom() {
    places.removeAll(where: \.isFree)
    let isWider = limit > capacity
    if isWider { capacity = 2 * limit }
    for index in planes.indices {
      let (old, width) = planes[index]
      let new = isWider ? FloatBuffer(count: capacity * width) : old
      var start = 0
      for place in places {
        (new.base + start * width).update(from: old.base + place.start * width, count: place.length * width)
        start += place.length
      }
      planes[index].buffer = new
    }
    end = 0
    for place in places {
      place.start = end
      end += place.length
    }
  }
}
