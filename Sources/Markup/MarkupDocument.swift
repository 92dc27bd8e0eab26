/// A document with tags, taken apart into passages to translate, and put together again.
///
/// Time is linear in the length of the document. Everything except the passages is written as it was.
package struct MarkupDocument: Sendable {
  /// A document with translated passages.
  package struct Written: Sendable, Equatable {
    package var text: String
    /// Tags that the alignment gave no place, so that their order decided it.
    package var unplaced: [String]
  }

  private let bytes: [UInt8]
  private let segments: [Segment]
  private let blocks: [Block]
  private let attributes: AttributeTexts?

  /// - Parameter attributes: whether attributes that people read are passages too, after those of the text.
  package init(_ text: String, _ syntax: MarkupSyntax, attributes: Bool = false) {
    bytes = Array(text.utf8)
    self.attributes = attributes && !syntax.isXML ? AttributeTexts(bytes) : nil
    let reader = BlockReader(bytes, syntax)
    segments = reader.segments
    blocks = reader.blocks
  }

  package var passages: [Passage] {
    let texts = blocks.map { block in
      Passage(text: String(decoding: block.text, as: UTF8.self), protectedSpans: block.protectedSpans)
    }
    return texts + (attributes?.texts ?? []).map { Passage(text: $0) }
  }

  /// Whether there are tags within a passage, which need its alignment.
  package var hasTagsInText: Bool {
    blocks.contains { $0.items.contains { $0.kind != .space } }
  }

  /// Returns the document with translations in place of its passages.
  /// - Parameter translations: one per passage. A passage without a translation, or that is its own, does not change: its
  ///   white space, references and tags stay as they are spelled.
  package func written(_ translations: [PassageTranslation]) -> Written {
    var output: [UInt8] = []
    var unplaced: [String] = []
    output.reserveCapacity(bytes.count + bytes.count / 4)
    for segment in segments {
      switch segment {
      case .raw(let range): output += bytes[range]
      case .block(let index):
        let block = blocks[index]
        if index >= translations.count || translations[index].text.utf8.elementsEqual(block.text) {
          output += bytes[block.raw]
        } else {
          write(block, translations[index], to: &output, &unplaced)
        }
      }
    }
    let written = String(decoding: output, as: UTF8.self)
    let rest = translations.dropFirst(blocks.count).map(\.text)
    return Written(text: attributes?.written(written, rest) ?? written, unplaced: unplaced)
  }

  private func write(
    _ block: Block, _ translation: PassageTranslation, to output: inout [UInt8], _ unplaced: inout [String]
  ) {
    let translated = Array(translation.text.utf8)
    let words = WordAlignment(block.text, translated, translation, protectedSpans: block.protectedSpans)
    let placement = Placement(BlockTree(block), words, block.text, translated)
    var writer = BlockWriter(block, placement, of: bytes)
    output += writer.write()
    unplaced += placement.unplaced.map { node in
      let found = placement.tree.nodes[node]
      return String(decoding: bytes[found.open.isEmpty ? found.close : found.open], as: UTF8.self)
    }
  }
}

/// The language of a document.
package enum MarkupSyntax: Sendable, Equatable {
  /// HTML: fragments and whole pages. Parts that are not understood do not change.
  case html
  case xml(XMLRules)

  var isXML: Bool {
    if case .xml = self { return true }
    return false
  }
}

/// The elements of an XML vocabulary by what they mean for a translation, by their names as written.
package struct XMLRules: Sendable, Equatable {
  /// Elements whose content is not translated.
  package var ignored: Set<String>
  /// Elements that are never part of the sentence around them.
  package var splitting: Set<String>
  /// Elements that are within sentences, whatever is beside them.
  package var nonSplitting: Set<String>
  /// Whether an element that is not named above is within a sentence only if there is text beside it, rather than
  /// always.
  package var outlineDetection: Bool

  package init(
    ignored: Set<String> = [], splitting: Set<String> = [], nonSplitting: Set<String> = [],
    outlineDetection: Bool = true
  ) {
    self.ignored = ignored
    self.splitting = splitting
    self.nonSplitting = nonSplitting
    self.outlineDetection = outlineDetection
  }
}

/// The translation of a passage of a document.
package struct PassageTranslation: Sendable {
  package var text: String
  /// The sentences in their order. Only white space is between them: the same in both texts, except for one space.
  package var sentences: [Sentence]

  package init(text: String, sentences: [Sentence]) {
    self.text = text
    self.sentences = sentences
  }

  /// The bytes of UTF-8 of a sentence in the passage and in its translation.
  package struct Sentence: Sendable {
    package var source: Range<Int>
    package var target: Range<Int>
    /// The parts of the source, each with a part of the target that was made of it; empty if they are not known.
    package var links: [AlignmentLink]
    /// The parts that had to stay unchanged, in both texts.
    package var keptLinks: [AlignmentLink]

    package init(source: Range<Int>, target: Range<Int>, links: [AlignmentLink], keptLinks: [AlignmentLink] = []) {
      self.source = source
      self.target = target
      self.links = links
      self.keptLinks = keptLinks
    }
  }
}

/// A text without tags, on its way to a translation.
package struct Passage: Sendable, Equatable {
  package var text: String
  /// The byte ranges of the text's UTF-8 that must be in the translation unchanged: in order, at character boundaries, not
  /// overlapping.
  package var protectedSpans: [Range<Int>]

  package init(text: String, protectedSpans: [Range<Int>] = []) {
    self.text = text
    self.protectedSpans = protectedSpans
  }
}

/// A byte range of a source and the byte range of its translation that it became, in UTF-8.
package struct AlignmentLink: Sendable, Equatable {
  package var source: Range<Int>
  package var target: Range<Int>

  package init(source: Range<Int>, target: Range<Int>) {
    self.source = source
    self.target = target
  }
}
