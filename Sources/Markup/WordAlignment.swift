/// Words of a passage and of its translation, and which stands for which.
struct WordAlignment {
  struct Sentence {
    /// Bytes of the two texts.
    var source: Range<Int>
    var target: Range<Int>
    /// Numbers of the words in it.
    var sourceWords: Range<Int>
    var targetWords: Range<Int>
    /// Nothing says which word stands for which: they are taken in their order.
    var isGuessed: Bool
  }

  let source: [Word]
  let target: [Word]
  private(set) var sentences: [Sentence] = []
  /// Of each word of the target the word of the source that it stands for; -1 where there is none.
  private(set) var anchors: [Int]
  /// Of each word of the source those of the target that stand for it, ascending.
  private(set) var images: [[Int]]
  /// For each word of the target, whether it is the word that it stands for, in any case.
  private(set) var repeatsAnchor: [Bool] = []
  /// Of each word of the target whether it had to stay as it is.
  private(set) var isKept: [Bool]
  /// What had to stay as it is: the source's bytes by their start, the target's.
  private(set) var kept: [Int: Range<Int>] = [:]

  /// - Parameters:
  ///   - text: UTF-8 of the passage.
  ///   - translated: UTF-8 of its translation.
  ///   - translation: whose ranges are clamped to the texts.
  init(_ text: [UInt8], _ translated: [UInt8], _ translation: PassageTranslation, kept: [Range<Int>]) {
    let all = translation.sentences
    let links = all.flatMap(\.kept)
    source = Word.words(in: text, cuts: Self.cuts(all.map(\.source) + kept))
    target = Word.words(in: translated, cuts: Self.cuts(all.map(\.target) + links.map(\.target)))
    anchors = Array(repeating: -1, count: target.count)
    isKept = Array(repeating: false, count: target.count)
    images = Array(repeating: [], count: source.count)
    for link in links { self.kept[link.source.lowerBound] = link.target.clamped(to: 0..<translated.count) }
    for sentence in all { add(sentence, text, translated) }
    for (word, anchor) in anchors.enumerated() where anchor >= 0 { images[anchor].append(word) }
    repeatsAnchor = anchors.enumerated().map { word, anchor in
      anchor >= 0 && Self.isSame(text[source[anchor].range], translated[target[word].range])
    }
  }

  /// Whether two words are the same but for the case of their ASCII letters.
  static func isSame(_ one: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>) -> Bool {
    one.count == other.count && zip(one, other).allSatisfy { $0.lowered == $1.lowered }
  }

  private static func cuts(_ ranges: [Range<Int>]) -> [Int] {
    ranges.flatMap { [$0.lowerBound, $0.upperBound] }.sorted()
  }

  private mutating func add(_ sentence: PassageTranslation.Sentence, _ text: [UInt8], _ translated: [UInt8]) {
    let from = sentence.source.clamped(to: 0..<text.count)
    let to = sentence.target.clamped(to: 0..<translated.count)
    let (words, others) = (Self.within(from, source), Self.within(to, target))
    var isGuessed = false
    if text[from] == translated[to], words.count == others.count {
      for (word, other) in zip(words, others) { anchors[other] = word }
    } else if sentence.links.isEmpty {
      isGuessed = true
      for (place, word) in others.enumerated() where !words.isEmpty {
        anchors[word] = words.lowerBound + place * words.count / others.count
      }
    } else {
      follow(sentence.links, words, others)
    }
    for link in sentence.kept { pin(link) }
    sentences.append(
      Sentence(source: from, target: to, sourceWords: words, targetWords: others, isGuessed: isGuessed))
  }

  /// A word stands for the word that most of its bytes link to.
  private mutating func follow(_ links: [PassageTranslation.Link], _ words: Range<Int>, _ others: Range<Int>) {
    /// Bytes of a word that link to an anchor, and the number of the first such link.
    var votes: [Vote: (bytes: Int, first: Int)] = [:]
    for (number, link) in links.enumerated() {
      let seen = Self.within(link.source, source).clamped(to: words)
      guard let anchor = seen.first else { continue }
      for word in Self.within(link.target, target).clamped(to: others) {
        let bytes = target[word].range.clamped(to: link.target).count
        votes[Vote(word: word, anchor: anchor), default: (0, number)].bytes += bytes
      }
    }
    /// The most bytes win, the earlier link if there are as many.
    var best: [Int: (bytes: Int, first: Int)] = [:]
    for (vote, found) in votes {
      if let other = best[vote.word], (other.bytes, -other.first) > (found.bytes, -found.first) { continue }
      best[vote.word] = found
      anchors[vote.word] = vote.anchor
    }
  }

  private struct Vote: Hashable {
    var word: Int
    var anchor: Int
  }

  private mutating func pin(_ link: PassageTranslation.Link) {
    let (words, others) = (Self.within(link.source, source), Self.within(link.target, target))
    guard !words.isEmpty else { return }
    for (place, word) in others.enumerated() {
      anchors[word] = words.lowerBound + place * words.count / others.count
      isKept[word] = true
    }
  }

  // MARK: Looking up

  /// The words of the target within `room` that stand for a word of the source, ascending.
  func images(of word: Int, in room: Range<Int>) -> ArraySlice<Int> {
    let all = images[word]
    func first(from word: Int) -> Int {
      var (low, high) = (0, all.count)
      while low < high {
        let middle = (low + high) / 2
        if all[middle] >= word { high = middle } else { low = middle + 1 }
      }
      return low
    }
    let start = first(from: room.lowerBound)
    return all[start..<max(start, first(from: room.upperBound))]
  }

  /// The words that share bytes with a range.
  static func within(_ range: Range<Int>, _ words: [Word]) -> Range<Int> {
    let first = partition(words) { $0.range.upperBound > range.lowerBound }
    let last = partition(words) { $0.range.lowerBound >= range.upperBound }
    return first..<max(first, last)
  }

  /// The first word for which `isBehind` holds, which then holds for all that follow.
  private static func partition(_ words: [Word], _ isBehind: (Word) -> Bool) -> Int {
    var (low, high) = (0, words.count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(words[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The first sentence that ends behind `offset` of the source.
  func sentence(endingBehind offset: Int) -> Int {
    var (low, high) = (0, sentences.count)
    while low < high {
      let middle = (low + high) / 2
      if sentences[middle].source.upperBound > offset { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
