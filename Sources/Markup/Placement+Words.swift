/// What has a part of one sentence.
extension Placement {
  /// Words of others between two words of an element, at most, for them to be in one stretch.
  private static let reach = 16

  /// - Parameters:
  ///   - images: the words that stand for the element's own, ascending.
  ///   - own: its words of the source.
  /// - Returns: false where there are none left.
  mutating func placeFree(_ node: Int, _ images: [Int], _ own: Range<Int>) -> Bool {
    let stretch = stretch(node, images.filter { !isHeld($0, besides: node) })
    guard !stretch.isEmpty else { return false }
    let span = punctuated(node, stretch, own)
    let (first, last) = (words.target[span.lowerBound], words.target[span.upperBound - 1])
    let source = tree.nodes[node].source
    var (low, high) = (first.range.lowerBound, last.range.upperBound)
    let (begin, end) = (words.source[own.lowerBound].range, words.source[own.upperBound - 1].range)
    if begin.lowerBound < source.lowerBound, isSame(own.lowerBound, span.lowerBound) {
      low += source.lowerBound - begin.lowerBound
    }
    if end.upperBound > source.upperBound, isSame(own.upperBound - 1, span.upperBound - 1) {
      high -= end.upperBound - source.upperBound
    }
    take(span, for: node, low..<max(low, high))
    return true
  }

  /// The stretch from one of the images to another with the greatest sum (Kadane): four for a word, one for punctuation,
  /// more for what has to stay as it is, two less for each word between that is none.
  func stretch(_ node: Int, _ images: [Int]) -> Range<Int> {
    var best = (score: 0, range: 0..<0)
    var (score, start) = (0, 0)
    for (place, word) in images.enumerated() {
      let cost = place == 0 ? nil : cost(node, from: images[place - 1], to: word)
      if let cost, score > cost {
        score -= cost
      } else {
        (score, start) = (0, word)
      }
      score += words.isKept[word] ? 16 : words.target[word].isPunctuation ? 1 : 4
      if score > best.score { best = (score, start..<word + 1) }
    }
    return best.range
  }

  /// - Returns: nil where the two can not be in one stretch.
  private func cost(_ node: Int, from: Int, to: Int) -> Int? {
    guard to - from <= Self.reach + 1 else { return nil }
    var cost = 0
    for word in from + 1..<max(to, from + 1) {
      if isHeld(word, besides: node) { return nil }
      if words.anchors[word] >= 0 { cost += 2 }
    }
    return cost
  }

  /// Punctuation at the ends of a stretch is there where it is in the source.
  private func punctuated(_ node: Int, _ stretch: Range<Int>, _ own: Range<Int>) -> Range<Int> {
    var (low, high) = (stretch.lowerBound, stretch.upperBound)
    let (first, last) = (words.source[own.lowerBound], words.source[own.upperBound - 1])
    if !first.isPunctuation { while low < high - 1, words.target[low].isPunctuation { low += 1 } }
    if !last.isPunctuation { while low < high - 1, words.target[high - 1].isPunctuation { high -= 1 } }
    let room = spans[parent(node)]
    if first.isPunctuation, low > room.lowerBound, repeats(own.lowerBound, low - 1, node) { low -= 1 }
    if last.isPunctuation, high < room.upperBound, repeats(own.upperBound - 1, high, node) { high += 1 }
    return low..<high
  }

  /// Whether a word of the translation that is free is the same mark as one of the source.
  private func repeats(_ word: Int, _ image: Int, _ node: Int) -> Bool {
    !isHeld(image, besides: node) && words.target[image].isPunctuation
      && text[words.source[word].range] == translated[words.target[image].range]
      && words.sentence(endingBehind: words.source[word].range.lowerBound) == sentence(ofTarget: image)
  }

  private func sentence(ofTarget word: Int) -> Int {
    words.anchors[word] < 0
      ? -1 : words.sentence(endingBehind: words.source[words.anchors[word]].range.lowerBound)
  }

  // MARK: Parts of words

  /// An element within a word, as the 2 of H2O, where the translation has the same word.
  /// - Returns: false where it is not within a word, or the word is another one.
  mutating func placeWithinWord(_ node: Int, _ own: Range<Int>) -> Bool {
    let source = tree.nodes[node].source
    guard own.count == 1 else { return false }
    let word = words.source[own.lowerBound].range
    guard source.lowerBound > word.lowerBound || source.upperBound < word.upperBound,
      let image = sameImage(own.lowerBound, node)
    else { return false }
    let low = words.target[image].range.lowerBound
    spans[node] = image..<image + 1
    targets[node] =
      (low + max(0, source.lowerBound - word.lowerBound)..<low + min(source.upperBound, word.upperBound)
      - word.lowerBound).clamped(to: room(node))
    return true
  }

  /// The word of the translation that stands for a word and is the same but for its case.
  func sameImage(_ word: Int, _ node: Int) -> Int? {
    words.images(of: word, in: spans[parent(node)]).first { words.repeatsAnchor[$0] }
  }

  private func isSame(_ word: Int, _ image: Int) -> Bool {
    if words.anchors[image] == word { return words.repeatsAnchor[image] }
    return WordAlignment.isSame(text[words.source[word].range], translated[words.target[image].range])
  }
}
