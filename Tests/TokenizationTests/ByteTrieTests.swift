import Testing
import Tokenization

struct ByteTrieTests {
  private func trie(_ keys: [[UInt8]]) throws -> ByteTrie {
    var builder = ByteTrieBuilder()
    for (index, key) in keys.enumerated() { builder.insert(key, value: Int32(index)) }
    return try builder.build()
  }

  @Test func findsExactlyItsKeys() throws {
    // Every string of one and two bytes over a spread of labels, and some long ones.
    let labels: [UInt8] = [0, 1, 2, 0x20, 0x61, 0x62, 0x7F, 0x80, 0x81, 0xE2, 0xFE, 0xFF]
    var keys = labels.map { [$0] } + labels.flatMap { first in labels.map { [first, $0] } }
    keys += (0..<200).map { index in (0..<40).map { UInt8(truncatingIfNeeded: index * 31 + $0 * index) } }
    let trie = try trie(keys)
    for (index, key) in keys.enumerated() { #expect(trie.value(of: key) == Int32(index)) }
    for key in keys where key.count > 2 {
      #expect(trie.value(of: key.dropLast()) == nil)
      #expect(trie.value(of: key + [7]) == nil)
    }
    #expect(trie.value(of: []) == nil)
  }

  @Test func emptyTrieHasNoKeys() throws {
    let trie = try trie([])
    for byte in UInt8(0)...0xFF { #expect(trie.value(of: [byte]) == nil) }
  }

  @Test func duplicateKeysAreRefused() throws {
    #expect(throws: ByteTrieBuilder.DuplicateKey(first: 0, second: 2)) { try trie([[1, 2], [3], [1, 2]]) }
  }
}
