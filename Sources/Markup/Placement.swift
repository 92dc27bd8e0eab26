/// Where the elements of a block stand in its translation.
///
/// An element goes round the words that stand for its own: the stretch of them that has most of them and least of
/// others. What lies between sentences or covers whole ones stays exactly where it was. Elements within one element are
/// placed within its stretch and never overlap, so what was a tree stays one.
struct Placement {
  let tree: BlockTree
  let words: WordAlignment
  let text: [UInt8]
  let translated: [UInt8]

  /// Of each node its bytes of the translation; nil for white space that has no place in it.
  var targets: [Range<Int>?]
  /// Of each element its words of the translation.
  var spans: [Range<Int>]
  /// Of each word of the translation the node that took it last.
  var holders: [Int]
  /// Bytes of the translation that are not to be written: what is kept, where it stands somewhere else.
  var removed: [Range<Int>] = []
  /// Nodes for which the alignment gave no place; they stand where their order suggests.
  var unplaced: [Int] = []

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

  /// What leaves least choice goes first.
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
          if !placeWithinWord(node, own) { free.append((node, images(own, within: parent), own)) }
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

  func parent(_ node: Int) -> Int { tree.nodes[node].parent }

  /// Bytes of the parent.
  func room(_ node: Int) -> Range<Int> { targets[parent(node)] ?? 0..<0 }

  func sourceWords(_ node: Int) -> Range<Int> {
    let source = tree.nodes[node].source
    return source.isEmpty ? 0..<0 : WordAlignment.within(source, words.source)
  }

  private func images(_ own: Range<Int>, within parent: Int) -> [Int] {
    own.flatMap { words.images[$0] }.filter(spans[parent].contains).sorted()
  }

  /// Whether a sibling has the word already.
  func isHeld(_ word: Int, besides node: Int) -> Bool {
    holders[word] >= 0 && holders[word] != node && parent(holders[word]) == parent(node)
  }

  /// The sentence within which an element stands free: where it has a part of one alone.
  private func soleSentence(_ node: Int, _ own: Range<Int>) -> Int? {
    let element = tree.nodes[node]
    guard !element.beginsBefore, !element.endsBehind else { return nil }
    let sentence = words.sentence(endingBehind: words.source[own.lowerBound].range.lowerBound)
    guard sentence < words.sentences.count else { return nil }
    let range = words.sentences[sentence].source
    let isWhole = element.source.lowerBound <= range.lowerBound && element.source.upperBound >= range.upperBound
    let isAlone = words.source[own.upperBound - 1].range.lowerBound < range.upperBound
    return isAlone && !isWhole ? sentence : nil
  }

  /// Takes a stretch of words.
  mutating func take(_ span: Range<Int>, for node: Int, _ bytes: Range<Int>) {
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

  /// What stands for an island that was not kept, and makes room for it.
  private func replaced(_ node: Int) -> Range<Int>? {
    let own = sourceWords(node)
    let span = stretch(node, images(own, within: parent(node)).filter { !isHeld($0, besides: node) })
    guard let first = span.first, let last = span.last, span.count <= 2 * own.count else { return nil }
    return words.target[first].range.lowerBound..<words.target[last].range.upperBound
  }
}
