import Glibc

/// A set of byte strings with a number each, walked one byte at a time: a double array.
///
/// The child of node `n` by byte `b` is node `base ^ b`, if that node's parent is `n`. The array's length is a multiple
/// of 256 and every base lies in it, so that a walk over any bytes stays inside.
package struct ByteTrie: Sendable {
  struct Node {
    var base: Int32 = 0
    /// `ByteTrie.free` if the slot is empty.
    var parent: Int32 = ByteTrie.free
    /// `ByteTrie.none` if no key ends here.
    var value: Int32 = ByteTrie.none
  }

  static let none: Int32 = -1
  static let free: Int32 = -1
  static let rootParent: Int32 = -2

  let nodes: [Node]

  init(nodes: [Node]) {
    self.nodes = nodes
  }

  /// The value of a key; nil if the set lacks it.
  package func value(of key: some Sequence<UInt8>) -> Int32? {
    nodes.withUnsafeBufferPointer { nodes in
      let walk = ByteTrieWalk(nodes: nodes)
      var node = ByteTrieWalk.root
      for byte in key {
        node = walk.child(of: node, by: byte)
        if node < 0 { return nil }
      }
      let value = walk.value(at: node)
      return value == Self.none ? nil : value
    }
  }
}

/// The steps of a walk over a borrowed trie, without array checks, for the inner loops.
struct ByteTrieWalk {
  static let root: Int32 = 0

  let nodes: UnsafeBufferPointer<ByteTrie.Node>

  /// - Returns: the node after `byte`; -1 if no key continues with it.
  @inline(__always)
  func child(of node: Int32, by byte: UInt8) -> Int32 {
    let next = nodes[Int(node)].base ^ Int32(byte)
    return nodes[Int(next)].parent == node ? next : -1
  }

  @inline(__always)
  func value(at node: Int32) -> Int32 { nodes[Int(node)].value }

  /// The longest key at the start of `bytes[start...]`.
  func longest(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (length: Int, value: Int32)? {
    var node = Self.root
    var best: (length: Int, value: Int32)?
    var position = start
    while position < bytes.count {
      node = child(of: node, by: bytes[position])
      if node < 0 { break }
      position += 1
      if value(at: node) != ByteTrie.none { best = (position - start, value(at: node)) }
    }
    return best
  }
}

/// A collector of keys that lays them out as a `ByteTrie`.
package struct ByteTrieBuilder {
  /// The values of two keys that are equal.
  package struct DuplicateKey: Error, Equatable {
    package var first: Int32
    package var second: Int32

    package init(first: Int32, second: Int32) {
      self.first = first
      self.second = second
    }
  }

  private struct Key {
    var start: Int
    var length: Int
    var value: Int32
  }

  private struct Task {
    var node: Int
    var keys: Range<Int>
    var depth: Int
  }

  private var text: [UInt8] = []
  private var keys: [Key] = []

  package init() {}

  /// - Parameters:
  ///   - key: one byte or more.
  ///   - value: zero or more.
  package mutating func insert(_ key: some Sequence<UInt8>, value: Int32) {
    let start = text.count
    text.append(contentsOf: key)
    keys.append(Key(start: start, length: text.count - start, value: value))
  }

  /// Takes time proportional to the bytes of all keys, after sorting.
  /// - Throws: `DuplicateKey`.
  package func build() throws -> ByteTrie {
    let sorted = sortedKeys()
    var slots = SlotAllocator()
    var tasks = [Task(node: Int(ByteTrieWalk.root), keys: sorted.indices, depth: 0)]
    while var task = tasks.popLast() {
      task.keys = try takeValue(of: task, sorted, into: &slots)
      let children = groups(of: task, sorted)
      guard !children.isEmpty else { continue }
      let base = slots.base(for: children.map(\.label), of: task.node)
      for child in children {
        tasks.append(Task(node: base ^ Int(child.label), keys: child.keys, depth: task.depth + 1))
      }
    }
    return ByteTrie(nodes: slots.nodes)
  }

  private func sortedKeys() -> [Key] {
    text.withUnsafeBytes { text in
      keys.sorted { left, right in
        guard let base = text.baseAddress else { return false }
        let order = memcmp(base + left.start, base + right.start, min(left.length, right.length))
        return order == 0 ? (left.length, left.value) < (right.length, right.value) : order < 0
      }
    }
  }

  /// Stores the value of the key that ends at the task's node, and returns the keys that continue.
  private func takeValue(of task: Task, _ sorted: [Key], into slots: inout SlotAllocator) throws -> Range<Int> {
    guard let first = task.keys.first, sorted[first].length == task.depth else { return task.keys }
    let rest = task.keys.dropFirst()
    if let second = rest.first, sorted[second].length == task.depth {
      throw DuplicateKey(first: sorted[first].value, second: sorted[second].value)
    }
    slots.nodes[task.node].value = sorted[first].value
    return rest
  }

  private func groups(of task: Task, _ sorted: [Key]) -> [(label: UInt8, keys: Range<Int>)] {
    var result: [(label: UInt8, keys: Range<Int>)] = []
    var start = task.keys.lowerBound
    for index in task.keys {
      let label = text[sorted[index].start + task.depth]
      let isLast = index + 1 == task.keys.upperBound
      if isLast || text[sorted[index + 1].start + task.depth] != label {
        result.append((label, start..<index + 1))
        start = index + 1
      }
    }
    return result
  }
}

/// The slots of the double array, with a search for those of a node's children.
private struct SlotAllocator {
  private static let blockSize = 256
  /// Number of blocks, the newest, that are searched, so that building stays linear; older blocks are nearly full.
  private static let openBlocks = 16

  var nodes: [ByteTrie.Node]
  private var lowestFree = 1

  init() {
    nodes = Array(repeating: ByteTrie.Node(), count: Self.blockSize)
    nodes[Int(ByteTrieWalk.root)].parent = ByteTrie.rootParent
  }

  /// Reserves a slot `base ^ label` for every label and makes `node` their parent.
  mutating func base(for labels: [UInt8], of node: Int) -> Int {
    let base = findBase(for: labels)
    for label in labels { nodes[base ^ Int(label)].parent = Int32(node) }
    nodes[node].base = Int32(base)
    return base
  }

  private mutating func findBase(for labels: [UInt8]) -> Int {
    lowestFree = max(lowestFree, nodes.count - Self.openBlocks * Self.blockSize)
    while lowestFree < nodes.count, !isFree(lowestFree) { lowestFree += 1 }
    let first = Int(labels[0])
    for slot in lowestFree..<nodes.count where isFree(slot) {
      let base = slot ^ first
      if labels.allSatisfy({ isFree(base ^ Int($0)) }) { return base }
    }
    nodes.append(contentsOf: repeatElement(ByteTrie.Node(), count: Self.blockSize))
    return nodes.count - Self.blockSize
  }

  private func isFree(_ slot: Int) -> Bool { nodes[slot].parent == ByteTrie.free }
}
