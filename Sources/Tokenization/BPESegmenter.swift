/// Byte pair encoding with SentencePiece's rules (Sennrich et al. 2016, arXiv:1508.07909).
///
/// Two neighbours that together are a piece are joined, until there is no such pair. The pair of the highest score comes
/// first, the leftmost of equals. User-defined pieces are never joined. A piece marked unused can arise on the way to a
/// longer one. If it is left at the end, it is taken apart again into its parts; a single unused character is unknown.
struct BPESegmenter: Segmenter {
  let trie: ByteTrie
  let userDefined: ByteTrie
  /// Scores by id.
  let scores: [Float]
  let isUnused: [Bool]
  let unknownID: Int32

  /// - Throws: `ByteTrieBuilder.DuplicateKey`.
  init(_ model: SentencePieceModel, userDefined: ByteTrie) throws {
    var builder = ByteTrieBuilder()
    for (id, piece) in model.pieces.enumerated() {
      switch piece.kind {
      case .normal, .userDefined, .unused: builder.insert(piece.text.utf8, value: Int32(id))
      case .unknown, .control, .byte: break
      }
    }
    trie = try builder.build()
    self.userDefined = userDefined
    scores = model.pieces.map(\.score)
    isUnused = model.pieces.map { $0.kind == .unused }
    unknownID = model.unknownID
  }

  func segments(of text: UnsafeBufferPointer<UInt8>) -> [Segment] {
    guard !text.isEmpty else { return [] }
    return trie.nodes.withUnsafeBufferPointer { nodes in
      userDefined.nodes.withUnsafeBufferPointer { userNodes in
        var merger = BPEMerger(
          segmenter: self, text: text, trie: ByteTrieWalk(nodes: nodes),
          userDefined: ByteTrieWalk(nodes: userNodes))
        return merger.run()
      }
    }
  }
}

/// The state of one text between merges.
private struct BPEMerger {
  /// A run of bytes in a doubly linked list; empty after it was joined to its left neighbour.
  private struct Symbol {
    var start: Int
    var length: Int
    var previous: Int
    var next: Int
    /// The trie's node after these bytes; -1 if no piece starts with them.
    var node: Int32
    var isFrozen: Bool
  }

  private static let none = -1

  private let segmenter: BPESegmenter
  private let text: UnsafeBufferPointer<UInt8>
  private let trie: ByteTrieWalk
  private var symbols: [Symbol] = []
  private var queue = MergeQueue()
  /// Length of the left part of each unused piece, as it was last put together.
  private var splits: [Int32: Int] = [:]

  init(
    segmenter: BPESegmenter, text: UnsafeBufferPointer<UInt8>, trie: ByteTrieWalk, userDefined: ByteTrieWalk
  ) {
    self.segmenter = segmenter
    self.text = text
    self.trie = trie
    symbols.reserveCapacity(text.count)
    var position = 0
    while position < text.count {
      let symbol = userDefined.longest(in: text, from: position)
      let length = symbol?.length ?? UTF8Scan.length(at: position, in: text)
      symbols.append(
        Symbol(
          start: position, length: length, previous: symbols.count - 1, next: symbols.count + 1,
          node: walk(from: ByteTrieWalk.root, position..<position + length), isFrozen: symbol != nil))
      position += length
    }
    symbols[symbols.count - 1].next = Self.none
  }

  mutating func run() -> [Segment] {
    for index in symbols.indices.dropFirst() { offer(index - 1, index) }
    while let merge = queue.popBest() {
      let left = symbols[merge.left]
      let right = symbols[merge.right]
      // Either side can have been joined with another symbol since.
      guard left.length > 0, right.length > 0, left.length + right.length == merge.length else { continue }
      symbols[merge.left].length = merge.length
      symbols[merge.left].node = merge.node
      symbols[merge.left].next = right.next
      symbols[merge.right].length = 0
      if right.next != Self.none { symbols[right.next].previous = merge.left }
      offer(left.previous, merge.left)
      offer(merge.left, right.next)
    }
    return collect()
  }

  private func walk(from start: Int32, _ range: Range<Int>) -> Int32 {
    var node = start
    for position in range {
      if node < 0 { break }
      node = trie.child(of: node, by: text[position])
    }
    return node
  }

  private mutating func offer(_ left: Int, _ right: Int) {
    guard left != Self.none, right != Self.none else { return }
    let first = symbols[left]
    let second = symbols[right]
    guard !first.isFrozen, !second.isFrozen else { return }
    let node = walk(from: first.node, second.start..<second.start + second.length)
    guard node >= 0, trie.value(at: node) != ByteTrie.none else { return }
    let id = trie.value(at: node)
    queue.push(
      MergeQueue.Merge(
        score: segmenter.scores[Int(id)], left: left, right: right, length: first.length + second.length, node: node))
    if segmenter.isUnused[Int(id)] { splits[id] = first.length }
  }

  private func collect() -> [Segment] {
    var result: [Segment] = []
    var index = 0
    while index != Self.none {
      appendPieces(of: symbols[index], to: &result)
      index = symbols[index].next
    }
    return result
  }

  private func appendPieces(of symbol: Symbol, to result: inout [Segment]) {
    // Parts that are still to be written, the leftmost last.
    var parts = [symbol.start..<symbol.start + symbol.length]
    while let part = parts.popLast() {
      let node = walk(from: ByteTrieWalk.root, part)
      let id = node < 0 ? ByteTrie.none : trie.value(at: node)
      if id == ByteTrie.none {
        result.append(Segment(length: part.count, id: segmenter.unknownID))
      } else if !segmenter.isUnused[Int(id)] {
        result.append(Segment(length: part.count, id: id))
      } else if let split = splits[id] {
        parts.append(part.lowerBound + split..<part.upperBound)
        parts.append(part.lowerBound..<part.lowerBound + split)
      } else {
        result.append(Segment(length: part.count, id: segmenter.unknownID))
      }
    }
  }
}

/// The merges that BPE can do next, the best first: a binary heap.
struct MergeQueue {
  struct Merge {
    var score: Float
    /// Indices of the two symbols.
    var left: Int
    var right: Int
    /// Bytes of both symbols when the merge was offered; another sum means that it is out of date.
    var length: Int
    /// The trie's node of the merged piece.
    var node: Int32

    /// Whether this merge comes first: by higher score, then by position.
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
