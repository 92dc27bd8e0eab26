import Models
import Tensor

/// The hypotheses of one search as a tree that grows at its leaves: forks share their past.
///
/// A node lives while the search holds it or a later node follows it. Nodes without either are used again, so that a
/// trace holds the living hypotheses alone.
struct Trace {
  private struct Node {
    var parent: Int
    /// Nodes from the first one to this one.
    var depth: Int
    var token: Int32
    var logProb: Float
    /// The source position that the step attended to most; -1 if nobody asked.
    var aligned: Int32
    /// Later nodes, and the times that the search holds the node.
    var references: Int
  }

  static let root = -1
  private var nodes: [Node] = []
  private var free: [Int] = []
  private var attention: AttentionStore?

  init(_ request: DecodingRequest) {
    if case .weights(let maps) = request.options.capture {
      attention = AttentionStore(maps, source: request.source.count, target: request.options.targetLimit)
    }
  }

  /// Adds a node that the caller holds until it releases it.
  mutating func add(_ token: Int32, after parent: Int, logProb: Float, attention step: StepAttention?) -> Int {
    if nodes.isEmpty { nodes.reserveCapacity(32) }
    let depth = parent == Self.root ? 1 : nodes[parent].depth + 1
    let node = Node(
      parent: parent, depth: depth, token: token, logProb: logProb, aligned: step?.aligned ?? -1, references: 1)
    if parent != Self.root { nodes[parent].references += 1 }
    let index = free.popLast() ?? nodes.count
    if index < nodes.count { nodes[index] = node } else { nodes.append(node) }
    if let step { attention?.store(step, at: index) }
    return index
  }

  /// Holds a node once more.
  mutating func hold(_ node: Int) {
    if node != Self.root { nodes[node].references += 1 }
  }

  /// Ends one hold of a node. The node is freed with all earlier ones that lead nowhere else.
  mutating func release(_ node: Int) {
    var node = node
    while node != Self.root {
      nodes[node].references -= 1
      guard nodes[node].references == 0 else { return }
      free.append(node)
      node = nodes[node].parent
    }
  }

  /// Nodes that are held.
  var count: Int { nodes.count - free.count }

  /// Slots of weights that were allocated.
  var heldSlots: Int { attention?.slots ?? 0 }

  /// The nodes from the one after `start` to the leaf.
  /// - Parameter start: a node before the leaf.
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

  /// The last node that all of these leaves have in common.
  func fork(of leaves: [Int]) -> Int {
    var ends = Set(leaves)
    while ends.count > 1, let latest = ends.max(by: { depth($0) < depth($1) }) {
      ends.remove(latest)
      ends.insert(nodes[latest].parent)
    }
    return ends.first ?? Self.root
  }

  private func depth(_ node: Int) -> Int { node == Self.root ? 0 : nodes[node].depth }

  /// The most-attended source position per token; empty unless every step has one.
  func alignment(to leaf: Int) -> [Int] {
    let aligned = path(to: leaf).map { Int(nodes[$0].aligned) }
    return aligned.contains(-1) ? [] : aligned
  }

  /// The captured weights of every step before the leaf: cross (maps, T, S), decoder (maps, T, T) with zeros past each step.
  func attention(to leaf: Int) -> [AttentionKind: [Float]] { attention?.stacked(path(to: leaf)) ?? [:] }
}

/// Captured weights of a trace's nodes: a slot of fixed size per node, in chunks that are allocated when first used.
private struct AttentionStore {
  private static let slotsPerChunk = 16

  private let cross: Int  // maps
  private let decoder: Int  // maps
  private let source: Int  // S
  private let slot: Int  // floats
  private var chunks: [FloatBuffer] = []

  init(_ maps: [AttentionKind: AttentionMaps], source: Int, target: Int) {
    cross = maps[.cross]?.count ?? 0
    decoder = maps[.decoder]?.count ?? 0
    self.source = source
    slot = cross * source + decoder * target
  }

  var slots: Int { chunks.count * Self.slotsPerChunk }

  private func base(_ node: Int) -> UnsafeMutablePointer<Float> {
    chunks[node / Self.slotsPerChunk].base + node % Self.slotsPerChunk * slot
  }

  mutating func store(_ step: StepAttention, at node: Int) {
    guard step.cross.count + step.decoder.count <= slot else { return }
    while chunks.count * Self.slotsPerChunk <= node { chunks.append(FloatBuffer(count: Self.slotsPerChunk * slot)) }
    let to = base(node)
    if let weights = step.cross.baseAddress { to.update(from: weights, count: step.cross.count) }
    if let weights = step.decoder.baseAddress {
      (to + cross * source).update(from: weights, count: step.decoder.count)
    }
  }

  func stacked(_ path: [Int]) -> [AttentionKind: [Float]] {
    var result: [AttentionKind: [Float]] = [:]
    if cross > 0 { result[.cross] = stack(path, maps: cross, offset: 0, width: source) { _ in source } }
    if decoder > 0 {
      result[.decoder] = stack(path, maps: decoder, offset: cross * source, width: path.count) { $0 + 1 }
    }
    return result
  }

  /// Slots of (maps, keys) become (maps, T, width).
  private func stack(_ path: [Int], maps: Int, offset: Int, width: Int, keys: (Int) -> Int) -> [Float] {
    var all = [Float](repeating: 0, count: maps * path.count * width)
    all.withUnsafeMutableBufferPointer { all in
      guard let to = all.baseAddress else { return }
      for (step, node) in path.enumerated() {
        let (weights, keys) = (base(node) + offset, keys(step))
        for map in 0..<maps {
          (to + (map * path.count + step) * width).update(from: weights + map * keys, count: keys)
        }
      }
    }
    return all
  }
}
