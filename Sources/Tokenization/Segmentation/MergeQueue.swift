/// The merges that BPE may do next, the best first: a binary heap.
struct MergeQueue {
  struct Merge {
    var score: Float
    /// Indices of the two symbols.
    var left: Int
    var right: Int
    /// Bytes of both together when the merge was offered; another sum now means that it is out of date.
    var length: Int
    /// The trie node of the piece that arises.
    var node: Int32

    /// Higher score first, leftmost of equals.
    @inline(__always)
    func precedes(_ other: Merge) -> Bool {
      score > other.score || (score == other.score && left < other.left)
    }
  }

  private var heap: [Merge] = []

  mutating func push(_ merge: Merge) {
    heap.append(merge)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func popBest() -> Merge? {
    guard let best = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return best }
    heap[0] = last
    var parent = 0
    while true {
      let left = 2 * parent + 1
      guard left < heap.count else { return best }
      let right = left + 1
      let child = right < heap.count && heap[right].precedes(heap[left]) ? right : left
      guard heap[child].precedes(heap[parent]) else { return best }
      heap.swapAt(child, parent)
      parent = child
    }
  }
}
