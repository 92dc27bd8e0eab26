/// What lies between sentences, or covers whole ones.
extension Placement {
  /// Where between two sentences (or at an end of the text) an offset of the source lies.
  /// - Returns: the bytes between them in the source and in the translation, or nil where it is within a sentence.
  func gap(at offset: Int) -> (source: Range<Int>, target: Range<Int>)? {
    let next = words.sentence(endingBehind: offset)
    let (before, behind) = (next - 1, next)
    let end = before >= 0 ? words.sentences[before] : nil
    let start = behind < words.sentences.count ? words.sentences[behind] : nil
    let source = (low: end?.source.upperBound ?? 0, high: start?.source.lowerBound ?? text.count)
    let target = (low: end?.target.upperBound ?? 0, high: start?.target.lowerBound ?? translated.count)
    guard source.low <= offset, offset <= source.high, target.low <= target.high else { return nil }
    return (source.low..<source.high, target.low..<target.high)
  }

  /// Counted from the sentence before.
  func end(_ offset: Int) -> Int? {
    gap(at: offset).map { min($0.target.lowerBound + offset - $0.source.lowerBound, $0.target.upperBound) }
  }

  /// Counted from the sentence behind.
  func start(_ offset: Int) -> Int? {
    gap(at: offset).map { max($0.target.upperBound - ($0.source.upperBound - offset), $0.target.lowerBound) }
  }

  /// White space stays what it was where it lies between sentences.
  mutating func placeSpace(_ node: Int) {
    let source = tree.nodes[node].source
    guard let start = end(source.lowerBound), let gap = gap(at: source.lowerBound),
      source.upperBound <= gap.source.upperBound
    else { return }
    let bytes = start..<start + source.count
    let room = room(node)
    guard bytes.upperBound <= gap.target.upperBound, room.lowerBound <= bytes.lowerBound,
      bytes.upperBound <= room.upperBound
    else { return }
    targets[node] = bytes
  }

  /// An element that has whole sentences, or parts of several, or goes beyond the block.
  mutating func placeCrossing(_ node: Int, _ own: Range<Int>) {
    let element = tree.nodes[node]
    let first = words.sentence(endingBehind: words.source[own.lowerBound].range.lowerBound)
    let last = words.sentence(endingBehind: words.source[own.upperBound - 1].range.lowerBound)
    guard first < words.sentences.count, last < words.sentences.count else { return placePoint(node) }
    let room = room(node)
    var span = words.sentences[first].targetWords.lowerBound..<words.sentences[last].targetWords.upperBound
    var (low, high) = (room.lowerBound, room.upperBound)
    if !element.beginsBefore {
      if let start = start(element.source.lowerBound) {
        low = start
      } else {
        let word = cut(node, own, first, isStart: true)
        span = word..<max(word, span.upperBound)
        low =
          word < words.sentences[first].targetWords.upperBound
          ? words.target[word].range.lowerBound : words.sentences[first].target.upperBound
      }
    }
    if !element.endsBehind {
      if let end = end(element.source.upperBound) {
        high = end
      } else {
        let word = cut(node, own, last, isStart: false)
        span = min(span.lowerBound, word)..<word
        high =
          word > words.sentences[last].targetWords.lowerBound
          ? words.target[word - 1].range.upperBound : words.sentences[last].target.lowerBound
      }
    }
    if words.sentences[first].isGuessed, gap(at: element.source.lowerBound) == nil { unplaced.append(node) }
    take(span.clamped(to: spans[parent(node)]), for: node, low..<max(low, high))
  }

  /// Where an element begins or ends in a sentence that it has a part of: with the most of its words on its side and
  /// of the others on theirs.
  /// - Returns: the number of its first word, or of the first that is not its own any more.
  private func cut(_ node: Int, _ own: Range<Int>, _ sentence: Int, isStart: Bool) -> Int {
    let range = words.sentences[sentence].targetWords.clamped(to: spans[parent(node)])
    var best = (score: 0, word: isStart ? range.upperBound : range.lowerBound)
    var score = 0
    for word in isStart ? Array(range.reversed()) : Array(range) {
      if isHeld(word, besides: node) { break }
      score += own.contains(words.anchors[word]) ? 1 : -1
      if score > best.score { best = (score, isStart ? word : word + 1) }
    }
    return best.word
  }
}
