/// A tokenizer that puts the language tokens of one translation around every text.
///
/// The tokens have no text, so their ranges are empty.
package struct PromptedTokenizer: Tokenizer {
  private let base: any Tokenizer
  private let prompt: LanguagePrompt
  /// Ids of all language tokens: a text that starts with one of them, written out, keeps it.
  private let known: Set<Int32>

  package init(_ base: any Tokenizer, _ prompt: LanguagePrompt) {
    self.base = base
    self.prompt = prompt
    known = base.languages?.ids ?? []
  }

  package func encode(_ text: String) -> EncodedText {
    var encoded = base.encode(text)
    if let first = encoded.ids.first, !known.contains(first) { encoded.insert(prompt.before) }
    let end = encoded.ranges.last?.upperBound ?? 0
    for token in prompt.after { encoded.append(token.id, token.piece, end..<end) }
    return encoded
  }

  package func encodeTarget(_ text: String) -> EncodedText {
    var encoded = base.encodeTarget(text)
    if let first = prompt.firstTarget { encoded.insert([first]) }
    return encoded
  }

  package func decode(_ ids: [Int32]) -> String { base.decode(ids) }
  package func pieces(_ ids: [Int32]) -> [String] { base.pieces(ids) }
  package func decodeWithRanges(_ ids: [Int32]) -> (text: String, ranges: [Range<Int>]) { base.decodeWithRanges(ids) }

  package var sourceVocabularySize: Int { base.sourceVocabularySize }
  package var targetVocabularySize: Int { base.targetVocabularySize }
  package var endToken: Int32 { base.endToken }
  package var padToken: Int32? { base.padToken }
  package var unknownToken: Int32 { base.unknownToken }
  package var readsWords: Bool { base.readsWords }
  package var languages: LanguageTokens? { base.languages }
}

extension EncodedText {
  /// Puts tokens without text before the first.
  fileprivate mutating func insert(_ tokens: [LanguageTokens.Token]) {
    ids.insert(contentsOf: tokens.map(\.id), at: 0)
    pieces.insert(contentsOf: tokens.map(\.piece), at: 0)
    ranges.insert(contentsOf: tokens.map { _ in 0..<0 }, at: 0)
  }
}
