import Tokenization

/// Divides a sentence into the clauses that it is translated in.
struct ClauseBuilder: Sendable {
  private let tokenizer: any Tokenizer
  private let cutter: ClauseCutter
  /// Whether text that the model cannot read is left out of the clauses that it translates.
  private let leavesOut: Bool
  /// The code of the language of the sentences.
  private let language: String
  /// The most tokens per clause, end of sentence included.
  private let longest: Int

  init(tokenizer: any Tokenizer, longest: Int, leavesOut: Bool, language: String) {
    self.tokenizer = tokenizer
    self.leavesOut = leavesOut
    self.language = language
    self.longest = longest
    cutter = ClauseCutter(tokenizer: tokenizer, limit: longest)
  }

  /// The clauses of a sentence, in order.
  ///
  /// Signs at either end of the sentence stay as they are. Text without tokens is read as a stand-in, with each
  /// protected span that it is part of. If that cannot be, the text around it is translated in pieces.
  func clauses(_ sentence: String, protectedSpans: [Range<Int>]) -> [Clause] {
    guard !tokenizer.readsWords else { return words(sentence, protectedSpans) }
    let text = ByteText(sentence)
    guard text.hasLetters(outside: protectedSpans) else {
      return clauses(text, protectedSpans: protectedSpans, encoded: nil)
    }
    guard leavesOut else { return clauses(text, protectedSpans: protectedSpans, encoded: tokenizer.encode(sentence)) }
    let untranslatedSpans = protectedSpans.isEmpty ? [] : untranslatedSpans(text, protectedSpans)
    let clauses =
      untranslatedSpans.isEmpty
      ? clauses(text, protectedSpans: protectedSpans, encoded: tokenizer.encode(sentence))
      : divide(text, protectedSpans: protectedSpans, around: untranslatedSpans)
    return clauses.flatMap(read)
  }

  // MARK: Readings

  /// The clause with the text that the model is to read for it, or its pieces if there is none.
  private func read(_ clause: Clause) -> [Clause] {
    guard let encoded = clause.encoded else { return [clause] }
    let long = clause.protectedSpans.filter { $0.count > Self.longSpanBytes }
    let emphasis = SpanRole.emphasis(of: clause.protectedSpans, in: clause.text)
    let hasSmallLetter = clause.protectedSpans.isEmpty && clause.text.utf8.contains(where: ASCII.isLowercase)
    guard encoded.ids.contains(tokenizer.unknownToken) || !(long + emphasis).isEmpty || !hasSmallLetter else {
      return [clause]
    }
    let source = ByteText(clause.text)
    let capitals =
      hasSmallLetter ? nil : CapitalLine(source, outside: clause.protectedSpans, language: language)
    // A tokenizer can lack a capital of which it has the small letter.
    let lowered = capitals.flatMap { ClauseReading(source, replacing: [], attempt: 0, lowering: $0) }
    let read = lowered?.encoded(by: tokenizer) ?? encoded
    let hasUnread = read.ids.contains(tokenizer.unknownToken)
    let unread =
      hasUnread
      ? whole(UnreadText.stretches(read, unknown: tokenizer.unknownToken, in: clause.text), clause.protectedSpans)
      : []
    let spans = Set(unread + long + emphasis + (capitals == nil ? [] : clause.protectedSpans)).sorted {
      $0.lowerBound < $1.lowerBound
    }
    guard !spans.isEmpty || capitals != nil else { return [clause] }
    // The notation of an amount is the target language's, so that its value is compared and not its bytes.
    let protectedSpans = clause.keeping(unread.filter { !UnitSigns.isAmount(source[$0]) })
    if let clause = self.read(protectedSpans, spans, attempt: 0, lowering: capitals) { return [clause] }
    return unread.isEmpty ? [clause] : divided(clause, around: unread)
  }

  /// Bytes of a protected span that the model does not read.
  private static let longSpanBytes = 48

  /// The clause, to be translated once more with stand-ins for further spans; nil if it was tried often enough.
  func retried(_ clause: Clause, around spans: [Range<Int>]) -> Clause? {
    guard clause.attempt < 2, !clause.isPiece, leavesOut else { return nil }
    let source = ByteText(clause.text)
    let known = (clause.reading?.spans ?? []).filter { span in !spans.contains { $0.overlaps(span) } }
    let all = (known + spans).sorted { $0.lowerBound < $1.lowerBound }
    let capitals =
      clause.reading?.isLowered ?? false ? CapitalLine(source, outside: clause.protectedSpans, language: language) : nil
    return read(clause, all, attempt: clause.attempt + 1, lowering: capitals)
  }

  private func read(_ clause: Clause, _ spans: [Range<Int>], attempt: Int, lowering: CapitalLine?) -> Clause? {
    let source = ByteText(clause.text)
    guard source.hasLetters(outside: spans),
      let reading = ClauseReading(source, replacing: spans, attempt: attempt, lowering: lowering)
    else { return nil }
    let encoded = reading.encoded(by: tokenizer)
    guard (2...longest).contains(encoded.ids.count),
      UnreadText.stretches(encoded, unknown: tokenizer.unknownToken, in: clause.text).isEmpty
    else { return nil }
    return clause.read(as: reading, encoded, attempt: attempt)
  }

  // MARK: Pieces

  /// The clauses that a clause is divided into so that `spans` stay as they are.
  func divided(_ clause: Clause, around spans: [Range<Int>]) -> [Clause] {
    var clauses = divide(ByteText(clause.text), protectedSpans: clause.protectedSpans, around: spans)
    guard !clauses.isEmpty else {
      return [
        Clause(text: clause.text, encoded: clause.encoded, protectedSpans: clause.protectedSpans, isCut: clause.isCut)
          .between(clause.before, clause.after)
      ]
    }
    clauses[0].before = clause.before + clauses[0].before
    clauses[clauses.count - 1].after += clause.after
    clauses.begin(with: clause.prefix)
    clauses.share(clause.terms, of: clause.text)
    return clauses
  }

  private func divide(_ text: ByteText, protectedSpans: [Range<Int>], around spans: [Range<Int>]) -> [Clause] {
    var clauses: [Clause] = []
    var cursor = 0
    var rest = protectedSpans[...]
    for span in spans {
      let own = rest.prefix { $0.upperBound <= span.lowerBound }
      clauses += stretch(text, cursor..<span.lowerBound, protectedSpans: own)
      clauses.append(Clause(text: text[span], encoded: nil, protectedSpans: [0..<span.count]))
      cursor = span.upperBound
      rest = rest.dropFirst(own.count).drop { $0.lowerBound < span.upperBound }
    }
    return clauses + stretch(text, cursor..<text.count, protectedSpans: rest)
  }

  /// The clauses of the stretch between two spans. Blanks and marks at its ends that belong to a span are not translated.
  private func stretch(_ text: ByteText, _ range: Range<Int>, protectedSpans: ArraySlice<Range<Int>>) -> [Clause] {
    guard !range.isEmpty else { return [] }
    let core = text.core(
      range, from: range.lowerBound == 0, to: range.upperBound == text.count, protectedSpans: protectedSpans)
    let own = protectedSpans.map { $0.lowerBound - core.lowerBound..<$0.upperBound - core.lowerBound }
    var clauses = clauses(ByteText(text[core]), protectedSpans: own)
    guard !clauses.isEmpty else { return [Clause(text: text[range], encoded: nil, protectedSpans: [])] }
    clauses[0].before = text[range.lowerBound..<core.lowerBound]
    clauses[clauses.count - 1].after = text[core.upperBound..<range.upperBound]
    return clauses
  }

  /// The clauses of a text: one if it fits the model. A text without letters outside protected spans, or without tokens,
  /// stays as it is.
  private func clauses(_ text: ByteText, protectedSpans: [Range<Int>]) -> [Clause] {
    clauses(
      text, protectedSpans: protectedSpans,
      encoded: text.hasLetters(outside: protectedSpans) ? tokenizer.encode(text.string) : nil)
  }

  private func clauses(_ text: ByteText, protectedSpans: [Range<Int>], encoded: EncodedText?) -> [Clause] {
    guard text.count > 0 else { return [] }
    guard let encoded, encoded.hasText else {
      return [Clause(text: text.string, encoded: nil, protectedSpans: protectedSpans)]
    }
    let cut = cutter.cut(text.string, encoded: encoded, protectedSpans: protectedSpans)
    let split = SegmentedPassage(cut.text, keeping: protectedSpans)
    return zip(cut.clauses, cut.text.pieces).enumerated().map { index, clause in
      let (encoded, piece) = clause
      let hasLetters = cut.clauses.count == 1 || ByteText(piece).hasLetters(outside: split.protectedSpans[index])
      let isSeen = hasLetters && encoded?.hasText == true
      return Clause(
        text: piece, encoded: isSeen ? encoded : nil, protectedSpans: split.protectedSpans[index],
        isCut: cut.clauses.count > 1
      ).between(index == 0 ? cut.text.gaps[0] : "", cut.text.gaps[index + 1])
    }
  }

  /// The words of a sentence, for a model that reads words; a word with a protected span stays as it is.
  private func words(_ sentence: String, _ protectedSpans: [Range<Int>]) -> [Clause] {
    let split = SegmentedPassage(WordCutter.cut(sentence), keeping: protectedSpans)
    guard !split.text.pieces.isEmpty else {
      return [Clause(text: sentence, encoded: nil, protectedSpans: protectedSpans)]
    }
    return split.text.pieces.enumerated().flatMap { index, word in
      let protectedSpans = split.protectedSpans[index]
      var clauses = clauses(
        ByteText(word), protectedSpans: protectedSpans, encoded: protectedSpans.isEmpty ? tokenizer.encode(word) : nil)
      if index == 0 { clauses[0].before = split.text.gaps[0] + clauses[0].before }
      clauses[clauses.count - 1].after += split.text.gaps[index + 1]
      return clauses
    }
  }

  // MARK: Text that is not translated

  /// Protected spans that are not part of a sentence's grammar: signs, tags and statements at its ends, rows of one sign,
  /// and escapes of white space.
  private func untranslatedSpans(_ sentence: ByteText, _ protectedSpans: [Range<Int>]) -> [Range<Int>] {
    var untranslatedSpans: Set<Range<Int>> = []
    var cursor = 0
    for span in protectedSpans {
      guard sentence.isBlank(cursor..<span.lowerBound), isSign(sentence[span], .opening) else { break }
      untranslatedSpans.insert(span)
      cursor = span.upperBound
    }
    cursor = sentence.count
    for span in protectedSpans.reversed() {
      guard sentence.isBlank(span.upperBound..<cursor), isSign(sentence[span], .closing) else { break }
      untranslatedSpans.insert(span)
      cursor = span.lowerBound
    }
    untranslatedSpans.formUnion(protectedSpans.filter { isBoundary($0, sentence) })
    untranslatedSpans.formUnion(boxes(sentence, protectedSpans))
    return untranslatedSpans.sorted { $0.lowerBound < $1.lowerBound }
  }

  /// Whether a span can be set aside at the start of a sentence (opening) or at its end (closing).
  private func isSign(_ text: String, _ role: SpanRole) -> Bool {
    if Emoji.isAll(text) || (role == .opening && (CheckBox.isBox(text) || Bullet.isBullet(text))) {
      return true
    }
    if ["{%", "<%", "<?", "{{#", "{{/", "{#"].contains(where: text.hasPrefix) { return true }
    let isTag = text.hasPrefix("[") || text.hasPrefix("](") || text.hasPrefix("![")
    return isTag && SpanRole(text) == role
  }

  /// Whether a span ends the text before it: leaders, a rule, a blank to be filled in after a colon or before a
  /// capital, a line end.
  private func isBoundary(_ span: Range<Int>, _ sentence: ByteText) -> Bool {
    let text = sentence[span]
    if ["\\n", "\\t", "\\r"].contains(text) || OperatorSigns.separates(text) { return true }
    guard span.count >= 3 || followsColon(span, sentence), SpanRole(text) == (text.hasPrefix("_") ? .word : .closing),
      let first = text.unicodeScalars.first, text.unicodeScalars.allSatisfy({ Self.isOfRow($0, of: first) }),
      !first.properties.isEmoji || first.isASCII
    else { return false }
    guard first == "_" else { return true }
    let next = sentence[span.upperBound..<sentence.count].unicodeScalars.first { !SentenceMarks.isBlank($0) }
    return sentence.isBlank(0..<span.lowerBound) || followsColon(span, sentence)
      || next?.properties.isUppercase ?? false || sentence.isBlank(span.upperBound..<sentence.count)
  }

  /// Whether nothing but blanks is between a colon and a span.
  private func followsColon(_ span: Range<Int>, _ sentence: ByteText) -> Bool {
    var before = span.lowerBound
    while before > 0, ASCII.isBlank(sentence.byte(before - 1)) { before -= 1 }
    return before > 0 && sentence.byte(before - 1) == UInt8(ascii: ":")
  }

  private static func isOfRow(_ scalar: Unicode.Scalar, of first: Unicode.Scalar) -> Bool {
    scalar == first || scalar == " " || (first == "_" && ["/", ".", "-", ":"].contains(scalar))
  }

  /// The boxes to be ticked that begin an answer each: several in a sentence, or one without words before or after it.
  private func boxes(_ sentence: ByteText, _ protectedSpans: [Range<Int>]) -> [Range<Int>] {
    let boxes = protectedSpans.filter { CheckBox.isBox(sentence[$0]) }
    guard boxes.count == 1, let box = boxes.first else { return boxes }
    let isAtEnd =
      !sentence.hasLetters(within: 0..<box.lowerBound) || sentence.isBlank(box.upperBound..<sentence.count)
      || followsColon(box, sentence)
    return isAtEnd ? boxes : []
  }

  /// Byte ranges of unread text, and of each protected span that it touches.
  private func whole(_ unread: [Range<Int>], _ protectedSpans: [Range<Int>]) -> [Range<Int>] {
    var protectedSpans = protectedSpans[...]
    var whole: [Range<Int>] = []
    for range in unread {
      var start = max(range.lowerBound, whole.last?.upperBound ?? 0)
      protectedSpans = protectedSpans.drop { $0.upperBound <= start }
      while let span = protectedSpans.first, span.lowerBound < range.upperBound {
        if start < span.lowerBound { whole.append(start..<span.lowerBound) }
        whole.append(span)
        start = span.upperBound
        protectedSpans = protectedSpans.dropFirst()
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
