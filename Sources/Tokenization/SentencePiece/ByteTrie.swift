/// A set of byte strings with a number each, walked a byte at a time: a double array.
///
/// The child of node `n` by byte `b` is node `base ^ b`, if that node's parent is `n`. The array's length is a multiple
/// of 256 and every base lies in it, so a walk stays inside whatever bytes it meets.
package struct ByteTrie: Sendable {
  struct Node {
    var base: Int32 = 0
    /// `ByteTrie.free` where the slot is empty.
    var parent: Int32 = ByteTrie.free
    /// `ByteTrie.none` where no key ends here.
    var value: Int32 = ByteTrie.none
  }

  static let none: Int32 = -1
  static let free: Int32 = -1
  static let rootParent: Int32 = -2

  let nodes: [Node]

  init(nodes: [Node]) {
    self.nodes = nodes
  }

  /// The value of exactly this key.
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

/// The steps of a walk, over a borrowed trie: for the inner loops, which must not pay for array checks.
struct ByteTrieWalk {
  static let root: Int32 = 0

  let nodes: UnsafeBufferPointer<ByteTrie.Node>

  /// - Returns: -1 where no key goes on with `byte`.
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
