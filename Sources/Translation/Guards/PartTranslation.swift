import Decoding

/// What has become of a part.
struct PartTranslation: Sendable {
  let part: SentencePart
  /// Best first, at least one.
  var texts: [String]
  /// Of the best, as are all that follow; none where the part stays as it is.
  var tokens: [Int32] = []
  var logProbs: [Float] = []
  var stopReason = StopReason.eos
  /// Bytes of the part's text and of its best translation.
  var links: [AlignmentLink] = []
  var kept: [AlignmentLink] = []
  var repetition = false
  var repairs: [Repair] = []

  /// A part that stays as it is.
  init(unchanged part: SentencePart) {
    self.part = part
    texts = [part.text]
    links = [AlignmentLink(source: 0..<part.text.utf8.count, target: 0..<part.text.utf8.count)]
    kept = part.kept.map { AlignmentLink(source: $0, target: $0) }
  }

  init(part: SentencePart, text: String) {
    self.part = part
    texts = [text]
  }

  /// The text of a rank; the best where there are not so many.
  func text(rank: Int) -> String { rank < texts.count ? texts[rank] : texts[0] }
}
