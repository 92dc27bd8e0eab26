/// What has no words: void elements, comments, elements without text.
extension Placement {
  /// Words to look at for one that has an image, to either side.
  private static let reach = 8

  mutating func placePoint(_ node: Int) {
    let source = tree.nodes[node].source
    let room = room(node)
    let isLost = !unplaced.isEmpty && unplaced.last == node
    if !isLost, let place = between(source.lowerBound), let end = between(source.upperBound) {
      targets[node] = (place..<max(place, end)).clamped(to: room)
      return
    }
    let (place, isSure) = position(node, source.lowerBound)
    let clamped = min(max(place, room.lowerBound), room.upperBound)
    targets[node] = clamped..<clamped
    if !isSure, !isLost { unplaced.append(node) }
  }

  /// An element whose words have gone takes one that nothing else has, near where it would be: without any it would
  /// not be seen.
  mutating func placeSomewhere(_ node: Int) {
    placePoint(node)
    guard let place = targets[node]?.lowerBound else { return }
    let next = WordAlignment.within(place..<translated.count + 1, words.target).lowerBound
    let room = spans[parent(node)]
    for word in [next, next - 1] where room.contains(word) && !isHeld(word, besides: node) {
      guard !words.target[word].isPunctuation, !words.isKept[word] else { continue }
      return take(word..<word + 1, for: node, words.target[word].range)
    }
  }

  private func between(_ offset: Int) -> Int? {
    guard let gap = gap(at: offset) else { return nil }
    return offset == gap.source.upperBound && !gap.source.isEmpty ? start(offset) : end(offset)
  }

  /// - Returns: a byte of the translation, and whether the alignment gave it.
  private func position(_ node: Int, _ offset: Int) -> (place: Int, isSure: Bool) {
    let next = firstWord(endingBehind: offset)
    if next < words.source.count, words.source[next].range.lowerBound < offset, let image = sameImage(next, node) {
      return (words.target[image].range.lowerBound + offset - words.source[next].range.lowerBound, true)
    }
    let sentence = words.sentence(endingBehind: offset)
    guard sentence < words.sentences.count else { return (translated.count, false) }
    let own = words.sentences[sentence]
    let order = goesWithWordBefore(offset, next) ? [false, true] : [true, false]
    for isForward in order {
      if let boundary = boundary(node, next, own.sourceWords, isForward: isForward) {
        return (outsideOfSiblings(node, offset, boundary, isForward: isForward), !own.isGuessed)
      }
    }
    return (own.target.upperBound, false)
  }

  private func firstWord(endingBehind offset: Int) -> Int {
    WordAlignment.within(offset..<text.count + 1, words.source).lowerBound
  }

  /// A point that touches a word goes with it, rather with a word than with punctuation; between two white spaces it
  /// goes with what follows.
  private func goesWithWordBefore(_ offset: Int, _ next: Int) -> Bool {
    guard next > 0, words.source[next - 1].range.upperBound == offset else { return false }
    guard next < words.source.count, words.source[next].range.lowerBound == offset else { return true }
    return words.source[next].isPunctuation
  }

  /// The word that the point stands before (forward) or behind: an image of the nearest word that has one.
  private func boundary(_ node: Int, _ next: Int, _ sentence: Range<Int>, isForward: Bool) -> Int? {
    let room = spans[parent(node)]
    for distance in 0..<Self.reach {
      let word = isForward ? next + distance : next - 1 - distance
      guard sentence.contains(word) else { return nil }
      let images = words.images(of: word, in: room)
      if let image = isForward ? images.first : images.last { return image }
    }
    return nil
  }

  private func outsideOfSiblings(_ node: Int, _ offset: Int, _ image: Int, isForward: Bool) -> Int {
    let boundary = isForward ? image : image + 1
    let place = isForward ? words.target[image].range.lowerBound : words.target[image].range.upperBound
    let holder = holders[image]
    guard holder >= 0, parent(holder) == parent(node), spans[holder].lowerBound < boundary,
      boundary < spans[holder].upperBound, let taken = targets[holder]
    else { return place }
    return tree.nodes[holder].source.lowerBound >= offset ? taken.lowerBound : taken.upperBound
  }
}
