import Models

/// Hypotheses as a tree that grows at its leaves: forks share their past.
struct Trace {
  private struct Node {
    var parent: Int
    var token: Int32
    var logProb: Float
    var attention: StepAttention?
  }

  static let root = -1
  private var nodes: [Node] = []

  mutating func add(_ token: Int32, after parent: Int, logProb: Float, attention: StepAttention?) -> Int {
    if nodes.isEmpty { nodes.reserveCapacity(32) }
    nodes.append(Node(parent: parent, token: token, logProb: logProb, attention: attention))
    return nodes.count - 1
  }

  /// The nodes on the way.
  /// - Parameter start: on the way to the leaf; it is left out itself.
  private func path(to leaf: Int, after start: Int = root) -> [Int] {
    var length = 0
    var next = leaf
    while next != start {
      length += 1
      next = nodes[next].parent
    }
    var path = Array(repeating: leaf, count: length)
    for step in path.indices.dropLast().reversed() { path[step] = nodes[path[step + 1]].parent }
    return path
  }

  func tokens(to leaf: Int, after start: Int = root) -> [Int32] { path(to: leaf, after: start).map { nodes[$0].token } }
  func logProbs(to leaf: Int) -> [Float] { path(to: leaf).map { nodes[$0].logProb } }

  /// The last node that lies on the way to every one of these leaves; nodes have higher numbers than their parents.
  func fork(of leaves: [Int]) -> Int {
    var ends = Set(leaves)
    while ends.count > 1, let latest = ends.max() {
      ends.remove(latest)
      ends.insert(nodes[latest].parent)
    }
    return ends.first ?? Self.root
  }

  /// The weights of every step on the way: cross (L, H, T, S), decoder (L, H, T, T) with zeros past each step.
  func attention(to leaf: Int, shapes: [AttentionKind: AttentionShape]) -> [AttentionKind: [Float]] {
    let steps = path(to: leaf).compactMap { nodes[$0].attention }
    var result: [AttentionKind: [Float]] = [:]
    for (kind, shape) in shapes {
      let rows = steps.map { kind == .cross ? $0.cross : $0.decoder }
      guard kind != .encoder, let width = rows.last.map({ $0.count / (shape.layers * shape.heads) }), width > 0
      else { continue }
      result[kind] = Self.stack(rows, maps: shape.layers * shape.heads, width: width)
    }
    return result
  }

  /// Steps of (maps, at most `width`) become (maps, T, width).
  private static func stack(_ steps: [[Float]], maps: Int, width: Int) -> [Float] {
    var all = [Float](repeating: 0, count: maps * steps.count * width)
    for (t, step) in steps.enumerated() {
      let length = step.count / maps
      for map in 0..<maps {
        let start = (map * steps.count + t) * width
        all.replaceSubrange(start..<(start + length), with: step[(map * length)..<((map + 1) * length)])
      }
    }
    return all
  }
}
