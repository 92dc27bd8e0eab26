import Tokenization

/// One sentence's translation as it comes to be: pieces of its text in their order, though its parts are decoded side by
/// side.
struct SentenceStream {
  private struct Part {
    let part: SentencePart
    var text: GrowingText
    /// Whether anything of it was told, and with it what stands before it.
    var isTold = false
    /// Tokens that came while an earlier part was being told.
    var waiting: [Int32] = []
    /// All tokens, once they are known.
    var whole: [Int32]?
  }

  private let tokenizer: any Tokenizer
  private var parts: [Part]
  private var current = 0
  /// What stands before the next piece and is not translated.
  private var gap = ""

  init(_ parts: [SentencePart], tokenizer: any Tokenizer) {
    self.tokenizer = tokenizer
    self.parts = parts.map { Part(part: $0, text: GrowingText(tokenizer)) }
  }

  /// - Returns: the pieces that can be told now, none of them empty.
  mutating func receive(_ tokens: [Int32], part: Int) -> [String] {
    parts[part].waiting += tokens
    return advance()
  }

  /// - Parameter tokens: of the part's best hypothesis, from its first.
  mutating func finish(_ tokens: [Int32], part: Int) -> [String] {
    parts[part].whole = tokens
    return advance()
  }

  /// What is left to tell once all is translated.
  mutating func end() -> [String] { advance() }

  private mutating func advance() -> [String] {
    var pieces: [String] = []
    while current < parts.count {
      let part = parts[current].part
      if part.encoded == nil {
        add(part.before + part.text, to: &pieces)
        moveOn(&pieces)
        continue
      }
      let waiting = parts[current].waiting
      parts[current].waiting = []
      for token in waiting { tell(parts[current].text.append(token), to: &pieces) }
      guard let whole = parts[current].whole else { break }
      finishCurrent(whole, &pieces)
    }
    return pieces
  }

  private mutating func finishCurrent(_ tokens: [Int32], _ pieces: inout [String]) {
    for token in tokens.dropFirst(parts[current].text.tokens.count) {
      tell(parts[current].text.append(token), to: &pieces)
    }
    let text = tokenizer.decode(tokens)
    tell(parts[current].text.finish(text.isEmpty ? parts[current].part.text : text), to: &pieces)
    moveOn(&pieces)
  }

  private mutating func moveOn(_ pieces: inout [String]) {
    gap += parts[current].part.after
    current += 1
    if current == parts.count, !gap.isEmpty {
      pieces.append(gap)
      gap = ""
    }
  }

  /// A piece of the current part's translation.
  private mutating func tell(_ piece: String, to pieces: inout [String]) {
    guard !piece.isEmpty else { return }
    let before = parts[current].isTold ? "" : parts[current].part.before
    parts[current].isTold = true
    add(before + piece, to: &pieces)
  }

  private mutating func add(_ piece: String, to pieces: inout [String]) {
    pieces.append(gap + piece)
    gap = ""
  }
}
