import Checkpoint
import Files
import Support
import Testing

@Suite struct LexicalShortlistTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Four source words, twenty target words; ids 0 and 1 are always there.
  private func bytes(
    magic: UInt64 = 0xF11A_48D5_0134_17F5, first: UInt64 = 2, offsets: [UInt64] = [0, 0, 2, 4, 4],
    ids: [UInt32] = [5, 9, 9, 19], count: UInt64? = nil
  ) -> [UInt8] {
    var body = ByteWriter()
    for value in [first, 50, UInt64(offsets.count), count ?? UInt64(ids.count)] as [UInt64] { body.put(value) }
    for offset in offsets { body.put(offset) }
    for id in ids { body.put(id) }
    var file = ByteWriter()
    file.put(magic)
    file.put(UInt64(0))
    file.put(body.bytes)
    return file.bytes
  }

  private func open(_ bytes: [UInt8], source: Int = 4, target: Int = 20, verify: Bool = false) throws
    -> LexicalShortlist
  {
    try LexicalShortlist(
      InputFile(path: folder.write("lex.bin", bytes)), sourceVocabularySize: source, targetVocabularySize: target,
      verifyChecksum: verify)
  }

  @Test func unitesListsAndRoundsUp() throws {
    let list = try open(bytes())
    #expect(list.candidates(for: [0], includesSource: false) == [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(list.candidates(for: [1], includesSource: false) == [0, 1, 2, 3, 4, 5, 6, 9])
    #expect(list.candidates(for: [2, 1, 2], includesSource: false) == [0, 1, 2, 3, 4, 5, 9, 19])
    #expect(list.candidates(for: [3, 2], includesSource: true) == [0, 1, 2, 3, 4, 5, 9, 19])
    #expect(list.candidates(for: [], includesSource: true) == [0, 1, 2, 3, 4, 5, 6, 7])
  }

  @Test func idsWithoutAListAddNoCandidates() throws {
    let list = try open(bytes())
    #expect(list.candidates(for: [-1, 4, .max, .min], includesSource: true) == [0, 1, 2, 3, 4, 5, 6, 7])
  }

  @Test func candidatesEndWithTheVocabulary() throws {
    let list = try open(bytes(ids: [5, 3, 4, 2]), target: 6)
    #expect(list.candidates(for: [1], includesSource: false) == [0, 1, 2, 3, 4, 5])
  }

  /// Its checksum was computed by NumPy.
  @Test func readsAndVerifiesTheToyList() throws {
    let path = ContainerFixture.toy("toy.s2t.bin")
    let list = try LexicalShortlist(
      InputFile(path: path), sourceVocabularySize: 64, targetVocabularySize: 64, verifyChecksum: true)
    let candidates = list.candidates(for: [7, 12, 0], includesSource: true)
    #expect(candidates == Array(Set(candidates)).sorted())
    #expect(Set(candidates).isSuperset(of: [0, 1, 7, 12]))
    #expect(candidates.count.isMultiple(of: 8))
    var changed = try ContainerFixture.bytes(path)
    changed[24] ^= 1
    #expect(failureMessage { _ = try open(changed, source: 64, target: 64, verify: true) }.contains("checksum"))
  }

  @Test func refusesOtherFiles() {
    let cases: [(String, [UInt8])] = [
      ("magic", bytes(magic: 1)), ("first", bytes(first: 21)), ("first", bytes(first: .max)),
      ("number of offsets", bytes(offsets: [0, 4])), ("48 + 8", bytes(count: 5)), ("48 + 8", bytes(count: .max)),
      ("offset 2", bytes(offsets: [0, 3, 2, 4, 4])), ("offset 1", bytes(offsets: [0, 5, 5, 5, 5])),
      ("offset 3", bytes(offsets: [0, 0, 2, .max, 4])), ("last offset", bytes(offsets: [0, 0, 2, 3, 3])),
      ("id 1", bytes(ids: [5, 20, 9, 19])), ("48 + 8", bytes() + [0]), ("48 + 8", Array(bytes().dropLast(4))),
      ("best", Array(bytes().prefix(30))), ("magic", []),
    ]
    for (message, bytes) in cases {
      let found = failureMessage { _ = try open(bytes) }
      #expect(found.contains(message), "\(found) lacks \(message)")
    }
  }
}
