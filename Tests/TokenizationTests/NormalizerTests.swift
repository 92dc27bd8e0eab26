import Testing
import Tokenization

struct NormalizerTests {
  private func normalizer(
    _ map: [UInt8] = [], prefix: Bool = true, trims: Bool = true, escapes: Bool = true, suffix: Bool = false,
    userDefined: [String] = []
  ) throws -> Normalizer {
    var rules = SentencePieceModel.Normalization()
    rules.charactersMap = map
    rules.addsDummyPrefix = prefix
    rules.removesExtraWhitespace = trims
    rules.escapesWhitespace = escapes
    var trie = ByteTrieBuilder()
    for (index, piece) in userDefined.enumerated() { trie.insert(piece.utf8, value: Int32(index)) }
    return try Normalizer(rules, userDefined: trie.build(), whitespaceAsSuffix: suffix, file: "x.spm")
  }

  private func text(_ normalized: NormalizedText) -> String { String(decoding: normalized.bytes, as: UTF8.self) }

  @Test func whiteSpaceIsFoldedAndMarked() throws {
    let normalizer = try normalizer()
    #expect(text(normalizer.normalize("  a   b ")) == "▁a▁b")
    #expect(text(normalizer.normalize("▁▁")) == "")
    #expect(normalizer.normalize("   ") == .empty)
    #expect(normalizer.normalize("") == .empty)
  }

  @Test func whiteSpaceStaysIfNotRemoved() throws {
    #expect(try text(normalizer(trims: false).normalize(" a  ")) == "▁▁a▁▁")
    #expect(try text(normalizer(prefix: false, trims: false).normalize(" a")) == "▁a")
    #expect(try text(normalizer(escapes: false).normalize("a  b")) == " a b")
    #expect(try text(normalizer(suffix: true).normalize(" a b ")) == "a▁b▁")
  }

  @Test func offsetsPointIntoTheInput() throws {
    let normalized = try normalizer().normalize(" é  b ")
    #expect(normalized.bytes == Array("▁é▁b".utf8))
    #expect(normalized.offsets == [1, 1, 1, 1, 1, 3, 3, 3, 5, 6])
  }

  @Test func theCharacterMapReplaces() throws {
    let normalizer = try normalizer(CharacterMapWriter.map("a", to: "xyz"))
    let normalized = normalizer.normalize("bab")
    #expect(text(normalized) == "▁bxyzb")
    #expect(normalized.offsets == [0, 0, 0, 0, 1, 1, 1, 2, 3])
    #expect(try text(self.normalizer(CharacterMapWriter.map("a", to: "")).normalize("abca")) == "▁bc")
    #expect(try text(self.normalizer(CharacterMapWriter.map("a", to: " ")).normalize("abaac")) == "▁b▁c")
  }

  @Test func userDefinedPiecesPassVerbatim() throws {
    let normalizer = try normalizer(CharacterMapWriter.map("a", to: "x"), userDefined: ["ab", "  "])
    #expect(text(normalizer.normalize("aabb  b")) == "▁xabb▁▁b")
  }

  @Test func malformedBytesBecomeTheReplacementCharacter() throws {
    let normalizer = try normalizer(prefix: false)
    func normalized(_ bytes: [UInt8]) -> String { bytes.withUnsafeBufferPointer { text(normalizer.normalize($0)) } }
    #expect(normalized([0xFF]) == "\u{FFFD}")
    #expect(normalized([0xC0, 0x80]) == "\u{FFFD}\u{FFFD}")
    #expect(normalized([0xED, 0xA0, 0x80]) == "\u{FFFD}\u{FFFD}\u{FFFD}")
    #expect(normalized([0xF4, 0x90, 0x80, 0x80]) == "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}")
    #expect(normalized([0x61, 0xE2, 0x82]) == "a\u{FFFD}\u{FFFD}")
    #expect(normalized([0xF0, 0x9F, 0x98, 0x80]) == "😀")
  }

  @Test func cyclicMapsEnd() throws {
    let map = CharacterMapWriter.blob(CharacterMapWriter.cycle("a"), pool: [0])
    let input = String(repeating: "a", count: 50_000)
    #expect(try text(normalizer(map, prefix: false).normalize(input)) == input)
  }

  @Test func mapsThatPointOutsideReplaceNothing() throws {
    let outsidePool = CharacterMapWriter.blob(CharacterMapWriter.units("a", value: 99), pool: [0])
    #expect(try text(normalizer(outsidePool).normalize("a")) == "▁a")
    let outsideArray = CharacterMapWriter.blob([0x1FFFFF << 10 | 0x200], pool: [0])
    #expect(try text(normalizer(outsideArray).normalize("a")) == "▁a")
  }
}
