extension TranslatedText {
  /// Two legs as one translation.
  /// - Parameter second: of the sentences that are the targets of this leg.
  func followed(by second: TranslatedText, pivot: String) -> TranslatedText {
    var joined = TranslatedText(
      text: second.text, alternatives: second.alternatives,
      sentences: zip(sentences, second.sentences).map { $0.followed(by: $1) },
      timings: timings.followed(by: second.timings), tokens: tokens + second.tokens, pivot: pivot)
    joined.alternativeScores = second.alternativeScores
    return joined
  }
}

extension TranslatedSentence {
  fileprivate func followed(by second: TranslatedSentence) -> TranslatedSentence {
    var joined = second
    joined.pivot = PivotSentence(text: target, score: score)
    joined.source = source
    joined.sourceTokens = sourceTokens
    joined.alignment = second.alignment.compactMap { $0.traced(through: alignment) }
    joined.stopReason = stopReason == .eos ? second.stopReason : stopReason
    joined.truncated = truncated || second.truncated
    joined.sourceStart = sourceStart
    joined.kept = second.kept.compactMap { $0.traced(through: kept) }
    joined.repetition = repetition || second.repetition
    joined.repairs = repairs + second.repairs
    return joined
  }
}

extension AlignmentLink {
  /// From the text before the pivot: of the links that touch this one's source there, the one that shares most with it.
  fileprivate func traced(through links: [AlignmentLink]) -> AlignmentLink? {
    let shared = links.map { (link: $0, bytes: $0.target.clamped(to: source).count) }
    guard let best = shared.max(by: { $0.bytes < $1.bytes }), best.bytes > 0 else { return nil }
    return AlignmentLink(source: best.link.source, target: target)
  }
}
