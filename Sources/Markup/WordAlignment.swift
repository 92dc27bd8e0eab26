/// The words of a passage and of its translation, and which was made of which.
struct WordAlignment {
  struct Sentence {
    /// The bytes in the two texts.
    var source: Range<Int>
    var target: Range<Int>
    /// The numbers of its words.
    var sourceWords: Range<Int>
    var targetWords: Range<Int>
    /// Whether the alignment is not known, so that the words are matched in their order.
    var isGuessed: Bool
  }

  let source: [Word]
  let target: [Word]
  private(set) var sentences: [Sentence] = []
  /// For each word of the target, the word of the source that it was made of; -1 if there is none.
  private(set) var sourceOfTarget: [Int]
  /// For each word of the source, the words of the target that were made of it, ascending.
  private(set) var targetsOfSource: [[Int]]
  /// For each word of the target, whether it is the word that it was made of, in any case.
  private(set) var repeatsAnchor: [Bool] = []
  /// For each word of the target, whether it had to stay unchanged.
  private(set) var isKept: [Bool]
  /// The parts that had to stay unchanged: their bytes of the target by their start in the source.
  private(set) var kept: [Int: Range<Int>] = [:]

  /// - Parameters:
  ///   - text: the passage in UTF-8.
  ///   - translated: its translation in UTF-8.
  ///   - translation: the alignment, whose ranges are clamped to the texts.
  ///   - protectedSpans: the parts of the passage that had to stay unchanged.
  init(_ text: [UInt8], _ translated: [UInt8], _ translation: PassageTranslation, protectedSpans: [Range<Int>]) {
    let all = translation.sentences
    let links = all.flatMap(\.keptLinks)
    source = Word.words(in: text, cuts: Self.cuts(all.map(\.source) + protectedSpans))
    target = Word.words(in: translated, cuts: Self.cuts(all.map(\.target) + links.map(\.target)))
    sourceOfTarget = Array(repeating: -1, count: target.count)
    isKept = Array(repeating: false, count: target.count)
    targetsOfSource = Array(repeating: [], count: source.count)
    for link in links { self.kept[link.source.lowerBound] = link.target.clamped(to: 0..<translated.count) }
    for sentence in all { add(sentence, text, translated) }
    for (word, anchor) in sourceOfTarget.enumerated() where anchor >= 0 { targetsOfSource[anchor].append(word) }
    repeatsAnchor = sourceOfTarget.enumerated().map { word, anchor in
      anchor >= 0 && Self.isSame(text[source[anchor].range], translated[target[word].range])
    }
  }

  /// Whether two words are the same, whatever the case of their ASCII letters.
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
      for (word, other) in zip(words, others) { sourceOfTarget[other] = word }
    } else if sentence.links.isEmpty {
      isGuessed = true
      for (number, word) in others.enumerated() where !words.isEmpty {
        sourceOfTarget[word] = words.lowerBound + number * words.count / others.count
      }
    } else {
      follow(sentence.links, words, others)
    }
    for link in sentence.keptLinks { pin(link) }
    sentences.append(
      Sentence(source: from, target: to, sourceWords: words, targetWords: others, isGuessed: isGuessed))
  }

  /// Anchors each word to the word that most of its bytes link to.
  private mutating func follow(_ links: [AlignmentLink], _ words: Range<Int>, _ others: Range<Int>) {
    // The bytes of a word that link to an anchor, and the number of the first such link.
    var votes: [Vote: (bytes: Int, first: Int)] = [:]
    for (number, link) in links.enumerated() {
      let seen = Self.within(link.source, source).clamped(to: words)
      guard let anchor = seen.first else { continue }
      for word in Self.within(link.target, target).clamped(to: others) {
        let bytes = target[word].range.clamped(to: link.target).count
        votes[Vote(word: word, anchor: anchor), default: (0, number)].bytes += bytes
      }
    }
    // The most bytes win, or the earlier link if the bytes are equal.
    var best: [Int: (bytes: Int, first: Int)] = [:]
    for (vote, found) in votes {
      if let other = best[vote.word], (other.bytes, -other.first) > (found.bytes, -found.first) { continue }
      best[vote.word] = found
      sourceOfTarget[vote.word] = vote.anchor
    }
  }

  private struct Vote: Hashable {
    var word: Int
    var anchor: Int
  }

  /// Anchors the words of a part that had to stay unchanged.
  private mutating func pin(_ link: AlignmentLink) {
    let (words, others) = (Self.within(link.source, source), Self.within(link.target, target))
    guard !words.isEmpty else { return }
    for (number, word) in others.enumerated() {
      sourceOfTarget[word] = words.lowerBound + number * words.count / others.count
      isKept[word] = true
    }
  }

  // MARK: Looking up

  /// The words of the target within `room` that were made of a word of the source, ascending.
  func targets(of word: Int, in room: Range<Int>) -> ArraySlice<Int> {
    let all = targetsOfSource[word]
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

  /// The first word for which `isAfter` holds. It must hold for all words after that one.
  private static func partition(_ words: [Word], _ isAfter: (Word) -> Bool) -> Int {
    var (low, high) = (0, words.count)
    while low < high {
      let middle = (low + high) / 2
      if isAfter(words[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The number of the first sentence that ends after `offset` of the source.
  func sentence(endingAfter offset: Int) -> Int {
    var (low, high) = (0, sentences.count)
    while low < high {
      let middle = (low + high) / 2
      if sentences[middle].source.upperBound > offset { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

// MARK: Words

/// A part of a text that tags are placed around: a run of letters and digits, or one punctuation mark.
struct Word: Sendable {
  /// The bytes of the text.
  var range: Range<Int>
  var isPunctuation: Bool

  /// Returns the words of a text in their order, without white space.
  /// - Parameters:
  ///   - text: the text in UTF-8.
  ///   - cuts: offsets at which a word ends, ascending.
  static func words(in text: [UInt8], cuts: [Int]) -> [Word] {
    let marks = Mark.marks(String(decoding: text, as: UTF8.self))
    var words: [Word] = []
    var rest = cuts[...]
    for (number, mark) in marks.enumerated() where mark.kind != .space {
      while let cut = rest.first, cut < mark.range.lowerBound { rest.removeFirst() }
      let isCut = rest.first == mark.range.lowerBound
      if !isCut, number > 0, let last = words.last, joins(number, marks, last) {
        words[words.count - 1].range = last.range.lowerBound..<mark.range.upperBound
        words[words.count - 1].isPunctuation = false
      } else {
        words.append(Word(range: mark.range, isPunctuation: mark.kind == .other || mark.isJoiner))
      }
    }
    return words
  }

  /// Whether a mark continues the word before it.
  private static func joins(_ number: Int, _ marks: [Mark], _ word: Word) -> Bool {
    let (before, mark) = (marks[number - 1], marks[number])
    switch (before.kind, mark.kind) {
    case (.letter, .letter): return true
    case (.letter, .hyphen): return number + 1 < marks.count && marks[number + 1].kind == .letter
    case (.hyphen, .letter), (.point, .letter): return before.range.lowerBound > word.range.lowerBound
    case (.letter, .point):
      return before.isDigit && number + 1 < marks.count && marks[number + 1].isDigit
    case (.letter, .apostrophe): return number + 1 < marks.count && marks[number + 1].kind == .letter
    case (.apostrophe, .letter):
      // An article that lost its vowel is a word of its own; the letter after "don'" is not.
      let elided = word.range.count <= 2 + before.range.count
      let isLong = number + 1 < marks.count && marks[number + 1].kind == .letter
      return before.range.lowerBound > word.range.lowerBound && !(elided && isLong)
    default: return false
    }
  }
}

/// A character and its part in words.
private struct Mark {
  enum Kind { case space, letter, hyphen, apostrophe, point, ideograph, other }

  var kind: Kind
  var range: Range<Int>
  var isDigit: Bool
  var isJoiner: Bool { kind == .hyphen || kind == .apostrophe || kind == .point }

  static func marks(_ text: String) -> [Mark] {
    var end = 0
    return text.map { character in
      let start = end
      end += character.utf8.count
      let scalar = character.unicodeScalars.first ?? " "
      return Mark(kind: kind(scalar), range: start..<end, isDigit: scalar.properties.numericType == .decimal)
    }
  }

  private static func kind(_ scalar: Unicode.Scalar) -> Kind {
    switch scalar {
    case "-", "\u{2010}", "\u{2011}", "_", "\u{AD}", "\u{200C}", "\u{200D}": return .hyphen
    case "'", "\u{2019}": return .apostrophe
    case ".", ",": return .point
    default: break
    }
    if scalar.properties.isWhitespace { return .space }
    if isUnspaced(scalar.value) { return .ideograph }
    let isWord = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    return isWord ? .letter : .other
  }

  /// Whether a script sets no space between words: Thai to Lao, Myanmar, Khmer, kana, Han.
  private static func isUnspaced(_ value: UInt32) -> Bool {
    switch value {
    case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xF900...0xFAFF, 0x20000...0x3FFFF:
      true
    default: false
    }
  }
}
