import Tokenization

/// Makes the parts that a sentence is translated in.
struct SentenceParts: Sendable {
  private let tokenizer: any Tokenizer
  private let cutter: ClauseCutter
  /// Whether anything is left out from the start.
  private let leavesOut: Bool

  init(tokenizer: any Tokenizer, longest: Int, leavesOut: Bool) {
    self.tokenizer = tokenizer
    self.leavesOut = leavesOut
    cutter = ClauseCutter(tokenizer: tokenizer, limit: longest)
  }

  /// Emoji at either end, and what the model has no tokens for, with all of what is kept that it is part of, are left
  /// out from the start.
  func parts(_ sentence: String, kept: [Range<Int>]) -> [SentencePart] {
    guard !tokenizer.readsWords else { return words(sentence, kept) }
    let text = ByteText(sentence)
    guard text.hasLetters(outside: kept) else { return clauses(text, kept: kept, encoded: nil) }
    let encoded = tokenizer.encode(sentence)
    guard leavesOut else { return clauses(text, kept: kept, encoded: encoded) }
    let unread = UnreadText.stretches(encoded, unknown: tokenizer.unknownToken, in: sentence)
    let aside = kept.isEmpty ? Set(unread) : Set(edges(text, kept) + whole(unread, kept))
    guard !aside.isEmpty else { return clauses(text, kept: kept, encoded: encoded) }
    return divide(text, kept: kept, around: aside.sorted { $0.lowerBound < $1.lowerBound })
  }

  /// A part again, in parts that leave `spans` out.
  func divided(_ part: SentencePart, around spans: [Range<Int>]) -> [SentencePart] {
    var parts = divide(ByteText(part.text), kept: part.kept, around: spans)
    guard !parts.isEmpty else { return [part] }
    parts[0].before = part.before + parts[0].before
    parts[parts.count - 1].after += part.after
    return parts
  }

  private func divide(_ text: ByteText, kept: [Range<Int>], around spans: [Range<Int>]) -> [SentencePart] {
    var parts: [SentencePart] = []
    var cursor = 0
    var rest = kept[...]
    for span in spans {
      let own = rest.prefix { $0.upperBound <= span.lowerBound }
      parts += stretch(text, cursor..<span.lowerBound, kept: own)
      parts.append(SentencePart(text: text[span], encoded: nil, kept: [0..<span.count]))
      cursor = span.upperBound
      rest = rest.dropFirst(own.count).drop { $0.lowerBound < span.upperBound }
    }
    return parts + stretch(text, cursor..<text.count, kept: rest)
  }

  /// What lies between two spans. Blanks and marks that belong to neither side of it are not translated.
  private func stretch(_ text: ByteText, _ range: Range<Int>, kept: ArraySlice<Range<Int>>) -> [SentencePart] {
    guard !range.isEmpty else { return [] }
    let core = text.core(range, from: range.lowerBound == 0, to: range.upperBound == text.count, kept: kept)
    let own = kept.map { $0.lowerBound - core.lowerBound..<$0.upperBound - core.lowerBound }
    var parts = clauses(ByteText(text[core]), kept: own)
    guard !parts.isEmpty else { return [SentencePart(text: text[range], encoded: nil, kept: [])] }
    parts[0].before = text[range.lowerBound..<core.lowerBound]
    parts[parts.count - 1].after = text[core.upperBound..<range.upperBound]
    return parts
  }

  /// One part where the text fits the model. Without a letter outside what is kept, or where the tokenizer finds
  /// nothing, it stays as it is.
  private func clauses(_ text: ByteText, kept: [Range<Int>]) -> [SentencePart] {
    clauses(text, kept: kept, encoded: text.hasLetters(outside: kept) ? tokenizer.encode(text.string) : nil)
  }

  private func clauses(_ text: ByteText, kept: [Range<Int>], encoded: EncodedText?) -> [SentencePart] {
    guard text.count > 0 else { return [] }
    guard let encoded, encoded.ids.count > 1 else {
      return [SentencePart(text: text.string, encoded: nil, kept: kept)]
    }
    let cut = cutter.cut(text.string, encoded: encoded, kept: kept)
    let split = SegmentedPassage(cut.text, keeping: kept)
    return zip(cut.clauses, cut.text.pieces).enumerated().map { index, clause in
      let (encoded, piece) = clause
      let hasLetters = cut.clauses.count == 1 || ByteText(piece).hasLetters(outside: split.kept[index])
      let isSeen = hasLetters && (encoded?.ids.count ?? 0) > 1
      return SentencePart(
        before: index == 0 ? cut.text.gaps[0] : "", after: cut.text.gaps[index + 1], text: piece,
        encoded: isSeen ? encoded : nil, kept: split.kept[index],
        isClause: cut.clauses.count > 1)
    }
  }

  /// For a model that reads words: each of them, but those of which something is kept.
  private func words(_ sentence: String, _ kept: [Range<Int>]) -> [SentencePart] {
    let split = SegmentedPassage(WordCutter.cut(sentence), keeping: kept)
    guard !split.text.pieces.isEmpty else { return [SentencePart(text: sentence, encoded: nil, kept: kept)] }
    return split.text.pieces.enumerated().flatMap { index, word in
      let kept = split.kept[index]
      var parts = clauses(ByteText(word), kept: kept, encoded: kept.isEmpty ? tokenizer.encode(word) : nil)
      if index == 0 { parts[0].before = split.text.gaps[0] + parts[0].before }
      parts[parts.count - 1].after += split.text.gaps[index + 1]
      return parts
    }
  }

  // MARK: What is left out from the start

  /// Emoji that nothing but blanks and other emoji separates from an end of the sentence.
  private func edges(_ sentence: ByteText, _ kept: [Range<Int>]) -> [Range<Int>] {
    var leading: [Range<Int>] = []
    var cursor = 0
    for span in kept {
      guard sentence.isBlank(cursor..<span.lowerBound), Emoji.isAll(sentence[span]) else { break }
      leading.append(span)
      cursor = span.upperBound
    }
    cursor = sentence.count
    for span in kept.reversed() {
      guard sentence.isBlank(span.upperBound..<cursor), Emoji.isAll(sentence[span]) else { break }
      leading.append(span)
      cursor = span.lowerBound
    }
    return leading
  }

  /// What is not read, and of what is kept all that it touches.
  private func whole(_ unread: [Range<Int>], _ kept: [Range<Int>]) -> [Range<Int>] {
    var kept = kept[...]
    var whole: [Range<Int>] = []
    for range in unread {
      var start = max(range.lowerBound, whole.last?.upperBound ?? 0)
      kept = kept.drop { $0.upperBound <= start }
      while let span = kept.first, span.lowerBound < range.upperBound {
        if start < span.lowerBound { whole.append(start..<span.lowerBound) }
        whole.append(span)
        start = span.upperBound
        kept = kept.dropFirst()
      }
      if start < range.upperBound { whole.append(start..<range.upperBound) }
    }
    return whole
  }
}
