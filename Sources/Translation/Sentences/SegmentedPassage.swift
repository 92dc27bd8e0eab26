/// A passage split into sentences.
struct SegmentedPassage: Sendable, Equatable {
  let text: SegmentedText
  /// UTF-8 byte ranges per piece of `text` that must appear unchanged in the translation.
  let kept: [[Range<Int>]]

  init(text: SegmentedText, kept: [[Range<Int>]]) {
    self.text = text
    self.kept = kept
  }

  /// - Parameter kept: byte ranges of the whole text. Parts of them between the pieces are dropped: gaps never change.
  init(_ text: SegmentedText, keeping kept: [Range<Int>]) {
    var rest = kept[...]
    var start = 0
    self.text = text
    self.kept = zip(text.gaps, text.pieces).map { gap, piece in
      start += gap.utf8.count
      let bytes = start..<start + piece.utf8.count
      start = bytes.upperBound
      while let next = rest.first, next.upperBound <= bytes.lowerBound { rest.removeFirst() }
      let own = rest.prefix { $0.lowerBound < bytes.upperBound }.map { $0.clamped(to: bytes) }
      return own.filter { !$0.isEmpty }.map { $0.lowerBound - bytes.lowerBound..<$0.upperBound - bytes.lowerBound }
    }
  }
}
