/// A passage taken apart into sentences.
struct SegmentedPassage: Sendable, Equatable {
  let text: SegmentedText
  /// Of each piece of `text`, the bytes of its UTF-8 that stand in the translation as they are.
  let kept: [[Range<Int>]]

  init(text: SegmentedText, kept: [[Range<Int>]]) {
    self.text = text
    self.kept = kept
  }

  /// - Parameter kept: within the whole text; what of it lies between the pieces does not change anyway.
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
