import Tokenization

/// Divides a sentence into the clauses that it is translated in.
struct ClauseBuilder: Sendable {
  private let tokenizer: any Tokenizer
  private let cutter: ClauseCutter
  /// Whether text that the model cannot read is left out of the clauses that it translates.
  private let leavesOut: Bool

  init(tokenizer: any Tokenizer, longest: Int, leavesOut: Bool) {
    self.tokenizer = tokenizer
    self.leavesOut = leavesOut
    cutter = ClauseCutter(tokenizer: tokenizer, limit: longest)
  }

  /// The clauses of a sentence, in order.
  ///
  /// Emoji at either end of the sentence stay as they are. So does text without tokens, with each protected span that it
  /// is part of.
  func clauses(_ sentence: String, kept: [Range<Int>]) -> [Clause] {
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

  /// The clauses that a clause is divided into so that `spans` stay as they are.
  func divided(_ clause: Clause, around spans: [Range<Int>]) -> [Clause] {
    var clauses = divide(ByteText(clause.text), kept: clause.kept, around: spans)
    guard !clauses.isEmpty else {
      return [
        Clause(text: clause.text, encoded: clause.encoded, kept: clause.kept, isCut: clause.isCut)
          .between(clause.before, clause.after)
      ]
    }
    clauses[0].before = clause.before + clauses[0].before
    clauses[clauses.count - 1].after += clause.after
    return clauses
  }

  private func divide(_ text: ByteText, kept: [Range<Int>], around spans: [Range<Int>]) -> [Clause] {
    var clauses: [Clause] = []
    var cursor = 0
    var rest = kept[...]
    for span in spans {
      let own = rest.prefix { $0.upperBound <= span.lowerBound }
      clauses += stretch(text, cursor..<span.lowerBound, kept: own)
      clauses.append(Clause(text: text[span], encoded: nil, kept: [0..<span.count]))
      cursor = span.upperBound
      rest = rest.dropFirst(own.count).drop { $0.lowerBound < span.upperBound }
    }
    return clauses + stretch(text, cursor..<text.count, kept: rest)
  }

  /// The clauses of the stretch between two spans. Blanks and marks at its ends that belong to a span are not translated.
  private func stretch(_ text: ByteText, _ range: Range<Int>, kept: ArraySlice<Range<Int>>) -> [Clause] {
    guard !range.isEmpty else { return [] }
    let core = text.core(range, from: range.lowerBound == 0, to: range.upperBound == text.count, kept: kept)
    let own = kept.map { $0.lowerBound - core.lowerBound..<$0.upperBound - core.lowerBound }
    var clauses = clauses(ByteText(text[core]), kept: own)
    guard !clauses.isEmpty else { return [Clause(text: text[range], encoded: nil, kept: [])] }
    clauses[0].before = text[range.lowerBound..<core.lowerBound]
    clauses[clauses.count - 1].after = text[core.upperBound..<range.upperBound]
    return clauses
  }

  /// The clauses of a text: one if it fits the model. A text without letters outside protected spans, or without tokens,
  /// stays as it is.
  private func clauses(_ text: ByteText, kept: [Range<Int>]) -> [Clause] {
    clauses(text, kept: kept, encoded: text.hasLetters(outside: kept) ? tokenizer.encode(text.string) : nil)
  }

  private func clauses(_ text: ByteText, kept: [Range<Int>], encoded: EncodedText?) -> [Clause] {
    guard text.count > 0 else { return [] }
    guard let encoded, encoded.hasText else {
      return [Clause(text: text.string, encoded: nil, kept: kept)]
    }
    let cut = cutter.cut(text.string, encoded: encoded, kept: kept)
    let split = SegmentedPassage(cut.text, keeping: kept)
    return zip(cut.clauses, cut.text.pieces).enumerated().map { index, clause in
      let (encoded, piece) = clause
      let hasLetters = cut.clauses.count == 1 || ByteText(piece).hasLetters(outside: split.kept[index])
      let isSeen = hasLetters && encoded?.hasText == true
      return Clause(
        text: piece, encoded: isSeen ? encoded : nil, kept: split.kept[index], isCut: cut.clauses.count > 1
      ).between(index == 0 ? cut.text.gaps[0] : "", cut.text.gaps[index + 1])
    }
  }

  /// The words of a sentence, for a model that reads words; a word with a protected span stays as it is.
  private func words(_ sentence: String, _ kept: [Range<Int>]) -> [Clause] {
    let split = SegmentedPassage(WordCutter.cut(sentence), keeping: kept)
    guard !split.text.pieces.isEmpty else { return [Clause(text: sentence, encoded: nil, kept: kept)] }
    return split.text.pieces.enumerated().flatMap { index, word in
      let kept = split.kept[index]
      var clauses = clauses(ByteText(word), kept: kept, encoded: kept.isEmpty ? tokenizer.encode(word) : nil)
      if index == 0 { clauses[0].before = split.text.gaps[0] + clauses[0].before }
      clauses[clauses.count - 1].after += split.text.gaps[index + 1]
      return clauses
    }
  }

  // MARK: Text that is not translated

  /// Emoji with only blanks and other emoji between them and an end of the sentence.
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

  /// Byte ranges of unread text, and of each protected span that it touches.
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

extension Clause {
  fileprivate func between(_ before: String, _ after: String) -> Clause {
    var clause = self
    clause.before = before
    clause.after = after
    return clause
  }
}
