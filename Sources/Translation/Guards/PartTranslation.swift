import Decoding

/// What has become of a part.
struct PartTranslation: Sendable {
  let part: SentencePart
  /// Best first, at least one; scores are sums of log-probabilities, 0 where those are not known.
  var hypotheses: [(text: String, score: Float)]
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
    hypotheses = [(part.text, 0)]
    links = [AlignmentLink(source: 0..<part.text.utf8.count, target: 0..<part.text.utf8.count)]
    kept = part.kept.map { AlignmentLink(source: $0, target: $0) }
  }

  init(part: SentencePart, text: String) {
    self.part = part
    hypotheses = [(text, 0)]
  }

  var best: String { hypotheses[0].text }

  /// That of a rank; the best where there are not so many.
  func hypothesis(rank: Int) -> (text: String, score: Float) {
    rank < hypotheses.count ? hypotheses[rank] : hypotheses[0]
  }
}
