/// The places of the elements of a block in its translation.
///
/// An element goes around the words that were made of its own: the stretch with most of these words and fewest others.
/// Elements between sentences, or around whole sentences, do not move. Elements within an element are
/// placed within its stretch and never overlap, so that the tree stays a tree.
struct Placement {
  /// The words to either side that are searched for one that has an image.
  private static let searchedWords = 8
  /// The words to either side of its place that an element without words of its own can take.
  private static let lostWords = 32
  /// The most words of others between two words of an element that are in one stretch.
  private static let maxWordsBetween = 16

  let tree: BlockTree
  private let words: WordAlignment
  private let text: [UInt8]
  let translated: [UInt8]

  /// For each node its bytes of the translation; nil for white space that has no place there.
  private(set) var targets: [Range<Int>?]
  /// For each element its words of the translation.
  private var spans: [Range<Int>]
  /// For each word of the translation, the node that took it last; -1 if none did.
  private var holders: [Int]
  /// The bytes of the translation that are not written: islands that are somewhere else.
  private(set) var removed: [Range<Int>] = []
  /// The nodes that the alignment gave no place, so that their order decided it.
  private(set) var unplaced: [Int] = []

  init(_ tree: BlockTree, _ words: WordAlignment, _ text: [UInt8], _ translated: [UInt8]) {
    self.tree = tree
    self.words = words
    self.text = text
    self.translated = translated
    targets = Array(repeating: nil, count: tree.nodes.count)
    spans = Array(repeating: 0..<0, count: tree.nodes.count)
    holders = Array(repeating: -1, count: words.target.count)
    targets[0] = 0..<translated.count
    spans[0] = 0..<words.target.count
    var parents = [0]
    while let parent = parents.popLast() {
      placeChildren(of: parent)
      parents += tree.nodes[parent].children.filter { tree.nodes[$0].kind == .element }
    }
    unplaced.sort()
  }

  /// Places the children of a node, those with the least choice first.
  private mutating func placeChildren(of parent: Int) {
    let children = tree.nodes[parent].children
    for node in children where tree.nodes[node].kind == .island { placeIsland(node) }
    var free: [(node: Int, own: [Int], words: Range<Int>)] = []
    var wordless: [Int] = []
    for node in children {
      switch tree.nodes[node].kind {
      case .island: break
      case .space: placeSpace(node)
      case .point: wordless.append(node)
      case .element:
        let own = sourceWords(node)
        if own.isEmpty {
          wordless.append(node)
        } else if let sentence = soleSentence(node, own) {
          if !placeWithinWord(node, own) { free.append((node, targets(own, within: parent), own)) }
          if words.sentences[sentence].isGuessed { unplaced.append(node) }
        } else {
          placeCrossing(node, own)
        }
      }
    }
    for (node, own, words) in free.sorted(by: { $0.own.count > $1.own.count }) where !placeFree(node, own, words) {
      unplaced.append(node)
      placeSomewhere(node)
    }
    for node in wordless { placePoint(node) }
  }

  // MARK: Words

  private func parent(_ node: Int) -> Int { tree.nodes[node].parent }

  /// The bytes of the parent.
  private func room(_ node: Int) -> Range<Int> { targets[parent(node)] ?? 0..<0 }

  private func sourceWords(_ node: Int) -> Range<Int> {
    let source = tree.nodes[node].source
    return source.isEmpty ? 0..<0 : WordAlignment.within(source, words.source)
  }

  private func targets(_ own: Range<Int>, within parent: Int) -> [Int] {
    own.flatMap { words.targetsOfSource[$0] }.filter(spans[parent].contains).sorted()
  }

  /// Whether a sibling has the word already.
  private func isHeld(_ word: Int, besides node: Int) -> Bool {
    holders[word] >= 0 && holders[word] != node && parent(holders[word]) == parent(node)
  }

  /// The sentence within which an element can be placed freely: it has a part of this sentence alone.
  private func soleSentence(_ node: Int, _ own: Range<Int>) -> Int? {
    let element = tree.nodes[node]
    guard !element.beginsBefore, !element.endsAfter else { return nil }
    let sentence = words.sentence(endingAfter: words.source[own.lowerBound].range.lowerBound)
    guard sentence < words.sentences.count else { return nil }
    let range = words.sentences[sentence].source
    let isWhole = element.source.lowerBound <= range.lowerBound && element.source.upperBound >= range.upperBound
    let isAlone = words.source[own.upperBound - 1].range.lowerBound < range.upperBound
    return isAlone && !isWhole ? sentence : nil
  }

  /// Gives a stretch of words to a node.
  private mutating func take(_ span: Range<Int>, for node: Int, _ bytes: Range<Int>) {
    spans[node] = span
    targets[node] = bytes.clamped(to: room(node))
    for word in span { holders[word] = node }
  }

  // MARK: Islands

  private mutating func placeIsland(_ node: Int) {
    guard let bytes = words.kept[tree.nodes[node].source.lowerBound] ?? replaced(node) else {
      unplaced.append(node)
      return placePoint(node)
    }
    let room = room(node)
    if room.lowerBound <= bytes.lowerBound, bytes.upperBound <= room.upperBound {
      take(WordAlignment.within(bytes, words.target), for: node, bytes)
    } else {
      removed.append(bytes)
      placePoint(node)
    }
  }

  /// The words that were made of an island that was not kept, which it replaces.
  private func replaced(_ node: Int) -> Range<Int>? {
    let own = sourceWords(node)
    let span = stretch(node, targets(own, within: parent(node)).filter { !isHeld($0, besides: node) })
    guard let first = span.first, let last = span.last, span.count <= 2 * own.count else { return nil }
    return words.target[first].range.lowerBound..<words.target[last].range.upperBound
  }

  // MARK: Parts of one sentence

  /// Places an element around the words that were made of its own.
  /// - Parameters:
  ///   - targets: the words that were made of those of the element, ascending.
  ///   - own: its words of the source.
  /// - Returns: false if no such word is left.
  private mutating func placeFree(_ node: Int, _ targets: [Int], _ own: Range<Int>) -> Bool {
    let stretch = stretch(node, targets.filter { !isHeld($0, besides: node) })
    let hasWord = own.contains { !words.source[$0].isPunctuation }
    guard !stretch.isEmpty, !hasWord || stretch.contains(where: { !words.target[$0].isPunctuation }) else {
      return false
    }
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

  /// Returns the stretch from one image to another with the greatest sum (Kadane's algorithm).
  ///
  /// A word counts 4, punctuation 1, a word that is kept 16; a word between that is no image counts -2.
  private func stretch(_ node: Int, _ targets: [Int]) -> Range<Int> {
    var best = (score: 0, range: 0..<0)
    var (score, start) = (0, 0)
    for (number, word) in targets.enumerated() {
      let cost = number == 0 ? nil : cost(node, from: targets[number - 1], to: word)
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

  /// Returns the cost of the words between two targets; nil if the two cannot be in one stretch.
  private func cost(_ node: Int, from: Int, to: Int) -> Int? {
    guard to - from <= Self.maxWordsBetween + 1 else { return nil }
    var cost = 0
    for word in from + 1..<max(to, from + 1) {
      if isHeld(word, besides: node) { return nil }
      if words.sourceOfTarget[word] >= 0 { cost += 2 }
    }
    return cost
  }

  /// Returns a stretch with punctuation at its ends only if the source has it there.
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

  /// Whether a free word of the translation is the same punctuation mark as a word of the source.
  private func repeats(_ word: Int, _ image: Int, _ node: Int) -> Bool {
    !isHeld(image, besides: node) && words.target[image].isPunctuation
      && text[words.source[word].range] == translated[words.target[image].range]
      && words.sentence(endingAfter: words.source[word].range.lowerBound) == sentence(ofTarget: image)
  }

  private func sentence(ofTarget word: Int) -> Int {
    words.sourceOfTarget[word] < 0
      ? -1 : words.sentence(endingAfter: words.source[words.sourceOfTarget[word]].range.lowerBound)
  }

  // MARK: Parts of one word

  /// Places an element within a word, such as the 2 of H2O, if the translation has the same word.
  /// - Returns: false if the element is not within a word, or the translation has another word.
  private mutating func placeWithinWord(_ node: Int, _ own: Range<Int>) -> Bool {
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

  /// The word of the translation that was made of a word and is the same in any case.
  private func sameImage(_ word: Int, _ node: Int) -> Int? {
    words.targets(of: word, in: spans[parent(node)]).first { words.repeatsAnchor[$0] }
  }

  private func isSame(_ word: Int, _ image: Int) -> Bool {
    if words.sourceOfTarget[image] == word { return words.repeatsAnchor[image] }
    return WordAlignment.isSame(text[words.source[word].range], translated[words.target[image].range])
  }

  // MARK: Between and around sentences

  /// Returns the gap between two sentences, or at an end of the text, that an offset of the source is in.
  /// - Returns: the bytes of the gap in the source and in the translation; nil if the offset is within a sentence.
  private func gap(at offset: Int) -> (source: Range<Int>, target: Range<Int>)? {
    let next = words.sentence(endingAfter: offset)
    let (before, after) = (next - 1, next)
    let end = before >= 0 ? words.sentences[before] : nil
    let start = after < words.sentences.count ? words.sentences[after] : nil
    let source = (low: end?.source.upperBound ?? 0, high: start?.source.lowerBound ?? text.count)
    let target = (low: end?.target.upperBound ?? 0, high: start?.target.lowerBound ?? translated.count)
    guard source.low <= offset, offset <= source.high, target.low <= target.high else { return nil }
    return (source.low..<source.high, target.low..<target.high)
  }

  /// The offset of the translation for an offset in a gap, counted from the sentence before.
  private func end(_ offset: Int) -> Int? {
    gap(at: offset).map { min($0.target.lowerBound + offset - $0.source.lowerBound, $0.target.upperBound) }
  }

  /// The offset of the translation for an offset in a gap, counted from the sentence after.
  private func start(_ offset: Int) -> Int? {
    gap(at: offset).map { max($0.target.upperBound - ($0.source.upperBound - offset), $0.target.lowerBound) }
  }

  /// Places white space, which stays what it was if it is between sentences.
  private mutating func placeSpace(_ node: Int) {
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

  /// Places an element that has whole sentences, or parts of several, or goes beyond the block.
  private mutating func placeCrossing(_ node: Int, _ own: Range<Int>) {
    let element = tree.nodes[node]
    let first = words.sentence(endingAfter: words.source[own.lowerBound].range.lowerBound)
    let last = words.sentence(endingAfter: words.source[own.upperBound - 1].range.lowerBound)
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
    if !element.endsAfter {
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

  /// Finds the border of an element in a sentence that it has a part of: most of its words are on its side, and most
  /// others on theirs.
  /// - Returns: the number of the first word of the element, or of the first word after it.
  private func cut(_ node: Int, _ own: Range<Int>, _ sentence: Int, isStart: Bool) -> Int {
    let range = words.sentences[sentence].targetWords.clamped(to: spans[parent(node)])
    var best = (score: 0, word: isStart ? range.upperBound : range.lowerBound)
    var score = 0
    for word in isStart ? Array(range.reversed()) : Array(range) {
      if isHeld(word, besides: node) { break }
      score += own.contains(words.sourceOfTarget[word]) ? 1 : -1
      if score > best.score { best = (score, isStart ? word : word + 1) }
    }
    return best.word
  }

  // MARK: Nodes without words

  /// Places a node without words: a void element, a comment, or an element without text.
  private mutating func placePoint(_ node: Int) {
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

  /// Places an element whose words are gone around the nearest word: a free one, or the first or last of several that an
  /// element beside it has. Without a word it would not be seen.
  private mutating func placeSomewhere(_ node: Int) {
    placePoint(node)
    guard let place = targets[node]?.lowerBound else { return }
    let next = WordAlignment.within(place..<translated.count + 1, words.target).lowerBound
    let room = spans[parent(node)].clamped(to: max(0, next - Self.lostWords)..<next + Self.lostWords)
    func distance(_ word: Int) -> Int { word < next ? next - 1 - word : word - next }
    let near = room.filter { !words.target[$0].isPunctuation && !words.isKept[$0] }
      .sorted { distance($0) < distance($1) }
    if let word = near.first(where: { !isHeld($0, besides: node) }) {
      return take(word..<word + 1, for: node, words.target[word].range)
    }
    guard let word = near.first(where: { canSpare($0, besides: node) }) else { return }
    leave(word)
    take(word..<word + 1, for: node, words.target[word].range)
  }

  /// Whether an element beside a node has a word at an end of its stretch, and further ones.
  private func canSpare(_ word: Int, besides node: Int) -> Bool {
    let holder = holders[word]
    guard holder >= 0, tree.nodes[holder].kind == .element, parent(holder) == parent(node) else { return false }
    let own = spans[holder].filter { !words.target[$0].isPunctuation }
    return own.count > 1 && (own.first == word || own.last == word)
  }

  /// Takes a word at an end of a stretch from the element that has it.
  private mutating func leave(_ word: Int) {
    let holder = holders[word]
    let span = spans[holder]
    let isLast = span[(word + 1)...].allSatisfy { words.target[$0].isPunctuation }
    let rest = isLast ? span.lowerBound..<word : word + 1..<span.upperBound
    guard let bytes = targets[holder], !rest.isEmpty else { return }
    for word in span { holders[word] = -1 }
    let (first, last) = (words.target[rest.lowerBound].range, words.target[rest.upperBound - 1].range)
    let left =
      isLast
      ? bytes.lowerBound..<max(bytes.lowerBound, last.upperBound)
      : min(first.lowerBound, bytes.upperBound)..<bytes.upperBound
    take(rest, for: holder, left)
  }

  private func between(_ offset: Int) -> Int? {
    guard let gap = gap(at: offset) else { return nil }
    return offset == gap.source.upperBound && !gap.source.isEmpty ? start(offset) : end(offset)
  }

  /// Returns an offset of the translation, and whether the alignment gave it.
  private func position(_ node: Int, _ offset: Int) -> (offset: Int, isSure: Bool) {
    let next = firstWord(endingAfter: offset)
    if next < words.source.count, words.source[next].range.lowerBound < offset, let image = sameImage(next, node) {
      return (words.target[image].range.lowerBound + offset - words.source[next].range.lowerBound, true)
    }
    let sentence = words.sentence(endingAfter: offset)
    guard sentence < words.sentences.count else { return (translated.count, false) }
    let own = words.sentences[sentence]
    if let end = endOfWords(node, offset, next, own) { return (end, !own.isGuessed) }
    let order = goesWithWordBefore(offset, next) ? [false, true] : [true, false]
    for isForward in order {
      if let boundary = boundary(node, next, own.sourceWords, isForward: isForward) {
        return (outsideOfSiblings(node, offset, boundary, isForward: isForward), !own.isGuessed)
      }
    }
    return (own.target.upperBound, false)
  }

  /// The end of a sentence's last word for a point after the last word of its source, such as the mark of a note.
  private func endOfWords(_ node: Int, _ offset: Int, _ next: Int, _ sentence: WordAlignment.Sentence) -> Int? {
    let rest = max(next, sentence.sourceWords.lowerBound)..<max(next, sentence.sourceWords.upperBound)
    guard goesWithWordBefore(offset, next), rest.allSatisfy({ words.source[$0].isPunctuation }) else { return nil }
    let room = sentence.targetWords.clamped(to: spans[parent(node)])
    guard let last = room.last(where: { !words.target[$0].isPunctuation }) else { return nil }
    return outsideOfSiblings(node, offset, last, isForward: false)
  }

  private func firstWord(endingAfter offset: Int) -> Int {
    WordAlignment.within(offset..<text.count + 1, words.source).lowerBound
  }

  /// Whether a point goes with the word before it: it touches that word, and touches no word, or punctuation, after it.
  private func goesWithWordBefore(_ offset: Int, _ next: Int) -> Bool {
    guard next > 0, words.source[next - 1].range.upperBound == offset else { return false }
    guard next < words.source.count, words.source[next].range.lowerBound == offset else { return true }
    return words.source[next].isPunctuation
  }

  /// The word that the point is before (forward) or after: an image of the nearest word that has one.
  private func boundary(_ node: Int, _ next: Int, _ sentence: Range<Int>, isForward: Bool) -> Int? {
    let room = spans[parent(node)]
    for distance in 0..<Self.searchedWords {
      let word = isForward ? next + distance : next - 1 - distance
      guard sentence.contains(word) else { return nil }
      let targets = words.targets(of: word, in: room)
      if let image = isForward ? targets.first : targets.last { return image }
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
