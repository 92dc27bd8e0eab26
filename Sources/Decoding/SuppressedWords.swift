/// The text that each token of a vocabulary adds to a translation, with the space before it.
package protocol TokenTexts: Sendable {
  /// Empty for special tokens, and for tokens that are only a part of a character.
  func text(of token: Int32) -> String
}

/// Words, or rows of words, that a translation must not have, in whatever tokens and case.
package struct SuppressedWords: Sendable {
  private let texts: any TokenTexts
  /// Characters of each word, in small letters.
  private let words: [[Character]]
  private let longest: Int

  /// - Parameter words: none of them empty or with spaces at its ends.
  package init(_ words: [String], texts: any TokenTexts) {
    self.words = words.map { Array($0.lowercased()) }
    self.texts = texts
    longest = self.words.map(\.count).max() ?? 0
  }

  /// Tokens to ask for beyond those that are needed, to take the place of suppressed ones.
  var spareTokens: Int { 8 + 4 * words.count }

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
    return words.contains { word in ends(in: text, with: word, new: new.count) }
  }

  /// Whether a word is in a text without a letter beside it, and ends in the last `new` characters.
  private func ends(in text: [Character], with word: [Character], new: Int) -> Bool {
    guard text.count >= word.count else { return false }
    for start in max(0, text.count - new - word.count + 1)...text.count - word.count {
      let end = start + word.count
      guard text[start..<end].elementsEqual(word) else { continue }
      let touchesBefore = start > 0 && Self.isWord(text[start - 1]) && Self.isWord(word[0])
      let touchesAfter = end < text.count && Self.isWord(text[end]) && Self.isWord(word[word.count - 1])
      if !touchesBefore, !touchesAfter { return true }
    }
    return false
  }

  private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}
