/// The elements of a block as a tree; the first node is the block itself.
struct BlockTree: Sendable {
  struct Node: Sendable {
    enum Kind: Sendable { case element, point, island, space }

    var kind: Kind
    /// The bytes of the text of the block.
    var source: Range<Int>
    /// The bytes of the document: a start tag, or all of a node that is no element; empty if the element began before.
    var open: Range<Int>
    /// The bytes of the end tag; empty if the element ends after the block, or never.
    var close = 0..<0
    var parent = 0
    var children: [Int] = []
    /// Whether the element began before the block.
    var beginsBefore = false
    /// Whether the element ends after the block.
    var endsAfter = false
  }

  private(set) var nodes: [Node]
  private var open: [(node: Int, name: String)] = []
  /// The number of elements that began before the block and ended in it, one around the other.
  private var ended = 0

  init(_ block: Block) {
    nodes = [Node(kind: .element, source: 0..<block.text.count, open: 0..<0)]
    nodes[0].beginsBefore = true
    nodes[0].endsAfter = true
    for item in block.items { add(item) }
    for (node, _) in open {
      nodes[node].source = nodes[node].source.lowerBound..<block.text.count
      nodes[node].endsAfter = true
    }
  }

  private mutating func add(_ item: BlockItem) {
    switch item.kind {
    case .start(let name): open.append((append(.element, item), name))
    case .end(let name): end(name, item)
    case .point: _ = append(.point, item)
    case .island: _ = append(.island, item)
    case .space: if !join(item) { _ = append(.space, item) }
    }
  }

  private mutating func append(_ kind: Node.Kind, _ item: BlockItem) -> Int {
    let parent = open.last?.node ?? 0
    nodes.append(Node(kind: kind, source: item.text, open: item.raw, parent: parent))
    nodes[parent].children.append(nodes.count - 1)
    return nodes.count - 1
  }

  /// Joins white space between a point and the text after it to the point.
  private mutating func join(_ item: BlockItem) -> Bool {
    guard item.text.isEmpty, let last = nodes[open.last?.node ?? 0].children.last, nodes[last].kind == .point,
      nodes[last].open.upperBound == item.raw.lowerBound
    else { return false }
    nodes[last].open = nodes[last].open.lowerBound..<item.raw.upperBound
    return true
  }

  private mutating func end(_ name: String, _ item: BlockItem) {
    if let index = open.lastIndex(where: { $0.name == name }) {
      for (node, _) in open[index...] {
        nodes[node].source = nodes[node].source.lowerBound..<item.text.lowerBound
      }
      nodes[open[index].node].close = item.raw
      open.removeSubrange(index...)
    } else if open.isEmpty, ended < BlockReader.maxDepth {
      ended += 1
      wrap(item)
    } else {
      _ = append(.point, item)
    }
  }

  /// Puts all nodes so far into an element that began before the block.
  private mutating func wrap(_ item: BlockItem) {
    var node = Node(kind: .element, source: 0..<item.text.lowerBound, open: 0..<0, close: item.raw)
    node.beginsBefore = true
    node.children = nodes[0].children
    for child in node.children { nodes[child].parent = nodes.count }
    nodes[0].children = [nodes.count]
    nodes.append(node)
  }
}
