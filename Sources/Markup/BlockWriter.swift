/// A writer of the translation of a block with its tags.
struct BlockWriter {
  private let document: [UInt8]
  private let block: Block
  private let placement: Placement
  /// Bytes of the translation that are not written, ascending and apart from each other.
  private let removed: [Range<Int>]
  private var output: [UInt8] = []

  init(_ block: Block, _ placement: Placement, of document: [UInt8]) {
    self.document = document
    self.block = block
    self.placement = placement
    removed = Self.united(placement.removed)
  }

  mutating func write() -> [UInt8] {
    node(0, placement.targets[0] ?? 0..<0)
    return output
  }

  /// Writes a node.
  /// - Parameter range: the bytes of the translation.
  private mutating func node(_ index: Int, _ range: Range<Int>) {
    let node = placement.tree.nodes[index]
    if node.kind == .island, range.isEmpty { setOff(node, at: range.lowerBound) } else { output += document[node.open] }
    guard node.kind == .element else { return }
    var offset = range.lowerBound
    for (child, target) in sorted(node.children) {
      let target = target.clamped(to: offset..<range.upperBound)
      text(offset..<target.lowerBound)
      self.node(child, target)
      offset = target.upperBound
    }
    text(offset..<range.upperBound)
    output += document[node.close]
  }

  /// Writes an island that the translation has no room for, with the white space that the source has around it.
  private mutating func setOff(_ node: BlockTree.Node, at offset: Int) {
    let (source, translated) = (node.source, placement.translated)
    let isSpaced = source.lowerBound > 0 && block.text[source.lowerBound - 1].isMarkupSpace
    if isSpaced, let last = output.last, !last.isMarkupSpace { output.append(.space) }
    output += document[node.open]
    let isFollowed = offset < translated.count && !translated[offset].isMarkupSpace
    if isFollowed, source.upperBound < block.text.count, block.text[source.upperBound].isMarkupSpace {
      output.append(.space)
    }
  }

  private func sorted(_ children: [Int]) -> [(node: Int, target: Range<Int>)] {
    let placed = children.compactMap { child in placement.targets[child].map { (node: child, target: $0) } }
    return placed.sorted { one, other in
      (one.target.lowerBound, one.target.upperBound, placement.tree.nodes[one.node].source.lowerBound, one.node)
        < (
          other.target.lowerBound, other.target.upperBound, placement.tree.nodes[other.node].source.lowerBound,
          other.node
        )
    }
  }

  private mutating func text(_ range: Range<Int>) {
    for part in Self.parts(of: range, without: removed) { write(part) }
  }

  /// Returns the union of ranges as ranges that do not touch, ascending.
  static func united(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var united: [Range<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
      if let last = united.last, range.lowerBound <= last.upperBound {
        united[united.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        united.append(range)
      }
    }
    return united
  }

  /// Returns the parts of a range outside `gaps`, without reading the gaps before the range and after it.
  /// - Parameter gaps: ascending and apart from each other.
  static func parts<Gaps: RandomAccessCollection<Range<Int>>>(of range: Range<Int>, without gaps: Gaps) -> [Range<Int>]
  where Gaps.Index == Int {
    var (low, high) = (gaps.startIndex, gaps.endIndex)
    while low < high {
      let middle = (low + high) / 2
      if gaps[middle].upperBound > range.lowerBound { high = middle } else { low = middle + 1 }
    }
    var parts: [Range<Int>] = []
    var start = range.lowerBound
    while low < gaps.endIndex, gaps[low].lowerBound < range.upperBound {
      if gaps[low].lowerBound > start { parts.append(start..<gaps[low].lowerBound) }
      start = min(gaps[low].upperBound, range.upperBound)
      low += 1
    }
    if start < range.upperBound { parts.append(start..<range.upperBound) }
    return parts
  }

  private mutating func write(_ range: Range<Int>) {
    block.escaping.write(placement.translated[range], to: &output)
  }
}
