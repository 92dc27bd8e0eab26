import Tensor

/// What the decoder reads of an encoded batch, computed once a source: planes of one row a token, as keys and values of
/// every cross-attention.
///
/// Held by the rows that read it, and reused by the session once the last of them has left.
final class SourceMemory {
  private let storage = FloatBuffer()
  private var planes: [(first: Int, width: Int)] = []

  /// Floats that fit without more memory.
  var capacity: Int { storage.capacity }

  /// Room for planes (N, width).
  fileprivate func reserve(rows: Int, widths: [Int]) {
    planes.removeAll(keepingCapacity: true)
    var first = 0
    for width in widths {
      planes.append((first, width))
      first += rows * width
    }
    storage.reserve(first)
  }

  /// (N, width)
  func plane(_ index: Int) -> UnsafeMutablePointer<Float> { storage.base + planes[index].first }

  /// The rows (S, width) of the sentence whose first token is row `start`.
  func rows(plane index: Int, from start: Int) -> UnsafePointer<Float> {
    UnsafePointer(storage.base + planes[index].first + start * planes[index].width)
  }
}

/// A session's memories, used again as their rows have left.
struct SourceMemories {
  private var memories: [SourceMemory] = []

  /// One that nobody reads, with room for planes (rows, width): the smallest that is large enough, else the largest, as
  /// in turn each would grow to the largest batch of all.
  mutating func unused(rows: Int, widths: [Int]) -> SourceMemory {
    let memory = best(floats: rows * widths.reduce(0, +))
    memory.reserve(rows: rows, widths: widths)
    return memory
  }

  private mutating func best(floats: Int) -> SourceMemory {
    func suitsBetter(_ one: SourceMemory, than other: SourceMemory) -> Bool {
      let fits = one.capacity >= floats
      guard fits == (other.capacity >= floats) else { return fits }
      return fits ? one.capacity < other.capacity : one.capacity > other.capacity
    }
    var best: SourceMemory?
    for index in memories.indices where isKnownUniquelyReferenced(&memories[index]) {
      if best.map({ suitsBetter(memories[index], than: $0) }) ?? true { best = memories[index] }
    }
    if let best { return best }
    let memory = SourceMemory()
    memories.append(memory)
    return memory
  }
}
