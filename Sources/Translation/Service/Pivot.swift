/// Two translations, one after the other through a language between, as one.
extension TranslatedText {
  /// - Parameters:
  ///   - second: the translation of this translation, sentence by sentence.
  ///   - pivot: the code of the language between.
  /// - Throws: `failed` if the translations have different numbers of sentences, or the error of `stopCheck`.
  func followed(
    by second: TranslatedText, pivot: String, _ stopCheck: StopCheck
  ) throws(TranslationError) -> TranslatedText {
    guard sentences.count == second.sentences.count else {
      throw .failed("found \(second.sentences.count) sentences in the second step, expected \(sentences.count)")
    }
    var joined = TranslatedText(
      text: second.text, alternatives: second.alternatives, sentences: [],
      timings: timings.followed(by: second.timings), tokens: tokens + second.tokens, pivot: pivot)
    joined.alternativeScores = second.alternativeScores
    joined.sentences.reserveCapacity(sentences.count)
    for (first, second) in zip(sentences, second.sentences) {
      try stopCheck()
      joined.sentences.append(first.followed(by: second))
    }
    return joined
  }
}

extension TranslatedSentence {
  fileprivate func followed(by second: TranslatedSentence) -> TranslatedSentence {
    var joined = second
    joined.pivot = PivotSentence(text: target, score: score)
    joined.source = source
    joined.sourceTokens = sourceTokens
    joined.alignment = PivotLinks(alignment).traced(second.alignment)
    joined.stopReason = stopReason == .eos ? second.stopReason : stopReason
    joined.truncated = truncated || second.truncated
    joined.sourceStart = sourceStart
    joined.keptLinks = PivotLinks(keptLinks).traced(second.keptLinks)
    if !terms.isEmpty {
      let kept = second.terms.sorted { $0.place.lowerBound < $1.place.lowerBound }
      joined.terms = terms.map { $0.followed(by: kept) }
    }
    joined.repetition = repetition || second.repetition
    joined.repairs = repairs + second.repairs
    return joined
  }
}

extension TermUse {
  /// The use of a term that a second translation had to keep.
  /// - Parameter second: in the order of their places, none of which overlap.
  fileprivate func followed(by second: [TermUse]) -> TermUse {
    var use = self
    guard let between = translated else { return use }
    var (low, high) = (0, second.count)
    while low < high {
      let middle = (low + high) / 2
      if second[middle].place.upperBound > between.lowerBound { high = middle } else { low = middle + 1 }
    }
    let found = low < second.count && second[low].place.overlaps(between)
    use.translated = found ? second[low].translated : nil
    return use
  }
}

/// The links of a first translation, for finding which one a range of the text between two translations came from.
///
/// Links are sorted once, so that each look-up takes logarithmic time and the links that it touches.
struct PivotLinks {
  /// By the start of their targets, each with its place in the given order.
  private let links: [(link: AlignmentLink, rank: Int)]
  /// The greatest end of a target up to and including each of `links`: rises, so that it can be searched.
  private let ends: [Int]

  /// - Parameter links: from the source to the text between, in any order.
  init(_ links: [AlignmentLink]) {
    let ranked = links.enumerated().map { (link: $1, rank: $0) }
    self.links = ranked.sorted { ($0.link.target.lowerBound, $0.rank) < ($1.link.target.lowerBound, $1.rank) }
    var end = 0
    ends = self.links.map { entry in
      end = max(end, entry.link.target.upperBound)
      return end
    }
  }

  func traced(_ second: [AlignmentLink]) -> [AlignmentLink] { second.compactMap { traced($0) } }

  /// Leads a link of the second translation back to the source of the first: through the link that shares most bytes
  /// with it, the earliest of several.
  /// - Returns: nil if no link shares a byte.
  func traced(_ second: AlignmentLink) -> AlignmentLink? {
    let range = second.source
    var best: (source: Range<Int>, bytes: Int, rank: Int)?
    for index in firstIndex(endingAfter: range.lowerBound)..<links.count {
      let (link, rank) = links[index]
      if link.target.lowerBound >= range.upperBound { break }
      let bytes = link.target.clamped(to: range).count
      guard bytes > 0 else { continue }
      if let best, (best.bytes, -best.rank) >= (bytes, -rank) { continue }
      best = (link.source, bytes, rank)
    }
    return best.map { AlignmentLink(source: $0.source, target: second.target) }
  }

  private func firstIndex(endingAfter offset: Int) -> Int {
    var (low, high) = (0, ends.count)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > offset { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
