/// What stands in a block beside its text.
struct BlockItem: Sendable {
  enum Kind: Sendable, Equatable {
    case start(name: String)
    case end(name: String)
    /// A void element, a comment, an element without text.
    case point
    /// Stays as it is, its text too, which stands in the block's.
    case island
    /// White space that the block's text has as one space, or not at all behind another.
    case space
  }

  var kind: Kind
  /// Bytes of the document.
  var raw: Range<Int>
  /// Bytes of the block's text; empty but for islands and white space.
  var text: Range<Int>
}

/// A run of text and the tags within it, between two tags that end sentences.
struct Block: Sendable {
  /// Bytes of the document.
  var raw: Range<Int>
  /// UTF-8, without tags, references to characters resolved, white space in one piece.
  var text: [UInt8] = []
  var items: [BlockItem] = []
  var escaping = Escaping()

  /// Parts of `text` that have to stand in the translation as they are.
  var kept: [Range<Int>] { items.filter { $0.kind == .island && !$0.text.isEmpty }.map(\.text) }

  /// Whether there is something to translate: a letter outside of what is kept.
  var isTranslatable: Bool {
    let kept = kept
    let starts = [0] + kept.map(\.upperBound)
    let ends = kept.map(\.lowerBound) + [text.count]
    return zip(starts, ends).contains { start, end in
      String(decoding: text[start..<end], as: UTF8.self).unicodeScalars.contains(where: \.properties.isAlphabetic)
    }
  }
}
