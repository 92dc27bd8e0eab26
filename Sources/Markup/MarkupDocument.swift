/// A document with tags, taken apart into passages to translate, and put together again.
///
/// Time is linear in the document's length; whatever it is, everything in it but the passages comes out as it was.
package struct MarkupDocument: Sendable {
  /// A text without tags.
  package struct Passage: Sendable, Equatable {
    package var text: String
    /// Bytes of its UTF-8 that have to stand in the translation as they are.
    package var kept: [Range<Int>]
  }

  package struct Written: Sendable, Equatable {
    package var text: String
    /// Tags that nothing gave a place; they stand where their order suggests.
    package var unplaced: [String]
  }

  private let bytes: [UInt8]
  private let segments: [Segment]
  private let blocks: [Block]

  package init(_ text: String, _ syntax: MarkupSyntax) {
    bytes = Array(text.utf8)
    let reader = BlockReader(bytes, syntax)
    segments = reader.segments
    blocks = reader.blocks
  }

  package var passages: [Passage] {
    blocks.map { Passage(text: String(decoding: $0.text, as: UTF8.self), kept: $0.kept) }
  }

  /// Whether there are tags within a passage, for which its alignment is needed.
  package var hasTagsInText: Bool {
    blocks.contains { $0.items.contains { $0.kind != .space } }
  }

  /// - Parameter translations: one for each passage; a passage without one stays as it was.
  package func written(_ translations: [PassageTranslation]) -> Written {
    var output: [UInt8] = []
    var unplaced: [String] = []
    output.reserveCapacity(bytes.count + bytes.count / 4)
    for segment in segments {
      switch segment {
      case .raw(let range): output += bytes[range]
      case .block(let index) where index >= translations.count: output += bytes[blocks[index].raw]
      case .block(let index): write(blocks[index], translations[index], to: &output, &unplaced)
      }
    }
    return Written(text: String(decoding: output, as: UTF8.self), unplaced: unplaced)
  }

  private func write(
    _ block: Block, _ translation: PassageTranslation, to output: inout [UInt8], _ unplaced: inout [String]
  ) {
    let translated = Array(translation.text.utf8)
    let words = WordAlignment(block.text, translated, translation, kept: block.kept)
    let placement = Placement(BlockTree(block), words, block.text, translated)
    var writer = BlockWriter(block, placement, of: bytes)
    output += writer.write()
    unplaced += placement.unplaced.map { node in
      let found = placement.tree.nodes[node]
      return String(decoding: bytes[found.open.isEmpty ? found.close : found.open], as: UTF8.self)
    }
  }
}
