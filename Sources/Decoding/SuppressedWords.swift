/// The text that each token of a vocabulary adds to a translation, with the space before it.
package protocol TokenTexts: Sendable {
  /// Empty for special tokens, and for tokens that are only a part of a character.
  func text(of token: Int32) -> String
}

/// Words, or rows of words, that a translation must not have, in whatever tokens and case.
package struct SuppressedWords: Sendable {
  private let texts: any TokenTexts
  /// The characters of the words in small letters, by their last one.
  private let words: [Character: [[Character]]]
  private let count: Int
  private let longest: Int

  /// - Parameter words: none of them empty or with spaces at its ends.
  package init(_ words: [String], texts: any TokenTexts) {
    let all = words.map { Array($0.lowercased()) }
    self.words = Dictionary(grouping: all) { $0[$0.count - 1] }
    self.texts = texts
    count = all.count
    longest = all.map(\.count).max() ?? 0
  }

  /// About the bytes that the words take.
  package var bytes: Int { count * (64 + longest * MemoryLayout<Character>.size) }

  /// Tokens to ask for beyond those that are needed, to take the place of suppressed ones.
  var spareTokens: Int { 8 + 4 * count }

  /// The end of a hypothesis' text, as far as a word can begin in it.
  func tail(of tokens: [Int32]) -> [Character] {
    var tail: [Character] = []
    for token in tokens.reversed() {
      tail = texts.text(of: token).lowercased() + tail
      if tail.count > longest { break }
    }
    return tail
  }

  /// Whether a token completes one of the words.
  func complete(_ token: Int32, after tail: [Character]) -> Bool {
    let new = Array(texts.text(of: token).lowercased())
    guard !new.isEmpty else { return false }
    let text = tail + new
    return (tail.count + 1...text.count).contains { end in
      (words[text[end - 1]] ?? []).contains { word in
        word.count <= end && text[end - word.count..<end].elementsEqual(word)
          && standsAlone(end - word.count..<end, in: text)
      }
    }
  }

  /// Whether no letter goes on at either end of a word.
  private func standsAlone(_ word: Range<Int>, in text: [Character]) -> Bool {
    let (start, end) = (word.lowerBound, word.upperBound)
    let touchesBefore = start > 0 && Self.isWord(text[start - 1]) && Self.isWord(text[start])
    let touchesAfter = end < text.count && Self.isWord(text[end]) && Self.isWord(text[end - 1])
    return !touchesBefore && !touchesAfter
  }

  private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}

extension SuppressedWords: Hashable {
  /// Compares words for one model, whose texts are the same.
  package static func == (a: SuppressedWords, b: SuppressedWords) -> Bool { a.words == b.words }

  package func hash(into hasher: inout Hasher) { hasher.combine(words) }
}
