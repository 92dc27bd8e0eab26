/// Byte pair encoding by a list of merges (Sennrich et al. 2016, arXiv:1508.07909), as `tokenizers` of Hugging Face does it.
///
/// Two neighbours are joined only if the list has the pair; the earliest pair of the list comes first, the leftmost of
/// equals.
struct MergeSegmenter: Segmenter {
  /// A pair's place in the list, and the piece that it becomes.
  struct Merge: Sendable {
    var rank: Int32
    var id: Int32
  }

  private let characters: ByteTrie
  private let merges: [UInt64: Merge]
  private let unknownID: Int32
  /// Whether nothing is joined across the start of a word, which U+2581 marks.
  private let splitsWords: Bool

  /// - Parameters:
  ///   - characters: ids of the pieces by their text.
  ///   - merges: by `key`.
  init(characters: ByteTrie, merges: [UInt64: Merge], unknownID: Int32, splitsWords: Bool) {
    self.splitsWords = splitsWords
    self.characters = characters
    self.merges = merges
    self.unknownID = unknownID
  }

  static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  func segments(of text: UnsafeBufferPointer<UInt8>) -> [Segment] {
    guard !text.isEmpty else { return [] }
    var symbols = symbols(of: text)
    var queue = MergeQueue()
    for index in symbols.indices.dropFirst() { offer(index - 1, index, symbols, &queue) }
    while let best = queue.popBest() {
      let (left, right) = (symbols[best.left], symbols[best.right])
      // Either side can have been joined with another symbol since.
      guard left.length > 0, right.length > 0, left.length + right.length == best.length,
        let merge = merges[Self.key(left.id, right.id)], merge.id == best.node
      else { continue }
      symbols[best.left].length = best.length
      symbols[best.left].id = merge.id
      symbols[best.left].next = right.next
      symbols[best.right].length = 0
      if right.next < symbols.count { symbols[right.next].previous = best.left }
      if left.previous >= 0 { offer(left.previous, best.left, symbols, &queue) }
      if right.next < symbols.count { offer(best.left, right.next, symbols, &queue) }
    }
    return symbols.lazy.filter { $0.length > 0 }.map { Segment(length: $0.length, id: $0.id) }
  }

  /// A run of bytes in a doubly linked list; empty after it was joined to its left neighbour.
  private struct Symbol {
    var id: Int32
    var length: Int
    var previous: Int
    var next: Int
    var startsWord: Bool
  }

  private func symbols(of text: UnsafeBufferPointer<UInt8>) -> [Symbol] {
    var symbols: [Symbol] = []
    symbols.reserveCapacity(text.count)
    characters.nodes.withUnsafeBufferPointer { nodes in
      let walk = ByteTrieWalk(nodes: nodes)
      var position = 0
      while position < text.count {
        let length = UTF8Scan.length(at: position, in: text)
        var node = ByteTrieWalk.root
        for offset in position..<position + length where node >= 0 { node = walk.child(of: node, by: text[offset]) }
        let id = node < 0 ? ByteTrie.none : walk.value(at: node)
        let bytes = text[position..<position + length]
        symbols.append(
          Symbol(
            id: id == ByteTrie.none ? unknownID : id, length: length, previous: symbols.count - 1,
            next: symbols.count + 1, startsWord: splitsWords && bytes.elementsEqual(Normalizer.spaceSymbol)))
        position += length
      }
    }
    return symbols
  }

  private func offer(_ left: Int, _ right: Int, _ symbols: [Symbol], _ queue: inout MergeQueue) {
    guard !symbols[right].startsWord, let merge = merges[Self.key(symbols[left].id, symbols[right].id)] else { return }
    queue.push(
      MergeQueue.Merge(
        score: -Float(merge.rank), left: left, right: right, length: symbols[left].length + symbols[right].length,
        node: merge.id))
  }
}
