import Decoding
import Tokenization

/// Checks of what a model made of a clause: whether there is a translation, whether it repeats itself, and whether the
/// protected spans and the numbers are in it.
///
/// A fault is repaired, or the clause is translated again. An empty translation and a loop are tried once more. A clause
/// whose span was broken is divided into pieces around the span. A piece that is broken again is divided around all that
/// can break.
struct OutputChecks: Sendable {
  let tokenizer: any Tokenizer
  let builder: ClauseBuilder
  /// Whether any check is made.
  let isOn: Bool

  private typealias Patch = (link: AlignmentLink, kind: Repair.Kind)
  private typealias Fault = (span: Range<Int>, kind: Repair.Kind)

  /// The clause with its translation, or the clauses that are to be translated in its place.
  func review(_ clause: Clause, _ answer: ClauseAnswer) -> [Clause] {
    let output = ClauseOutput(clause, answer, tokenizer)
    guard !output.text.isEmpty else { return reviewEmpty(clause, output, answer) }
    guard isOn else { return [clause.settled(output.translation())] }
    if output.loop != nil { return reviewLoop(clause, answer) }
    return reviewSpans(clause, output)
  }

  // MARK: Empty and endless translations

  private func reviewEmpty(_ clause: Clause, _ output: ClauseOutput, _ answer: ClauseAnswer) -> [Clause] {
    if isOn, clause.rejection == nil { return [clause.again(insteadOf: answer, for: .empty)] }
    if let rejection = clause.rejection, rejection.reason == .repetition { return cut(clause, rejection.answer) }
    return [clause.settled(output.unchanged, repairs: isOn ? [Repair(.empty, .echoed)] : [])]
  }

  private func reviewLoop(_ clause: Clause, _ answer: ClauseAnswer) -> [Clause] {
    var clause = clause
    clause.repetition = true
    if clause.rejection == nil { return [clause.again(insteadOf: answer, for: .repetition)] }
    return cut(clause, answer)
  }

  /// Ends a translation after the first round of its loop.
  private func cut(_ clause: Clause, _ answer: ClauseAnswer) -> [Clause] {
    var clause = clause
    let whole = ClauseOutput(clause, answer, tokenizer)
    guard let loop = whole.loop else { return reviewSpans(clause, whole) }
    clause.repairs.append(Repair(.repetition, .cut))
    return reviewSpans(clause, ClauseOutput(clause, answer, tokenizer, tokens: loop.start + loop.length))
  }

  // MARK: Protected spans and numbers

  private func reviewSpans(_ clause: Clause, _ output: ClauseOutput) -> [Clause] {
    if let rejection = clause.rejection, rejection.reason == .repetition,
      output.translation().stopReason == .length, !clause.repairs.contains(Repair(.repetition, .cut))
    {
      return cut(clause, rejection.answer)
    }
    let broken = output.broken
    var patches: [Patch] = []
    var lost: [Fault] = []
    if !broken.isEmpty {
      if let places = output.places(of: broken) {
        patches += zip(broken, places).map { (AlignmentLink(source: $0, target: $1), .kept) }
      } else {
        lost += broken.map { ($0, .kept) }
      }
    }
    let numbers = output.numbers
    patches += numbers.changed.map { ($0, .number) }
    lost += numbers.lost.map { ($0, .number) }
    guard lost.isEmpty else {
      return divided(clause, output, around: lost + patches.map { ($0.link.source, $0.kind) })
    }
    return patched(clause, output, patches)
  }

  private func patched(_ clause: Clause, _ output: ClauseOutput, _ patches: [Patch]) -> [Clause] {
    let places = patches.map(\.link.target).sorted { $0.lowerBound < $1.lowerBound }
    let overlap = zip(places, places.dropFirst()).contains { $0.overlaps($1) }
    let translation = output.translation(replacing: overlap ? [] : patches.map(\.link))
    let isWhole = ProtectedSpanMatcher.broken(clause.kept, of: output.source, in: ByteText(translation.best)).isEmpty
    guard isWhole, !overlap else {
      return divided(clause, output, around: patches.map { ($0.link.source, $0.kind) })
    }
    return [clause.settled(translation, repairs: patches.map { Repair($0.kind, .replaced) })]
  }

  /// The clauses around the broken spans, each to be translated without them. A piece that has to be divided again is
  /// divided around all that could break, so that this ends.
  private func divided(_ clause: Clause, _ output: ClauseOutput, around broken: [Fault]) -> [Clause] {
    var spans = broken
    if clause.isPiece {
      spans = clause.kept.map { ($0, .kept) } + output.sourceNumbers.map { ($0.range, .number) }
    }
    spans = merged(spans.map { ($1 == .number ? output.source.joined($0) : $0, $1) })
    var pieces = builder.divided(clause, around: spans.map(\.span))
    for index in pieces.indices { pieces[index].isPiece = true }
    pieces[0].repairs = clause.repairs + spans.map { Repair($0.kind, .divided) }
    pieces[0].repetition = clause.repetition
    return pieces
  }

  /// The spans in order, with overlapping spans joined.
  private func merged(_ spans: [Fault]) -> [Fault] {
    var merged: [Fault] = []
    for (span, kind) in spans.sorted(by: { $0.span.lowerBound < $1.span.lowerBound }) {
      if let last = merged.last?.span, span.lowerBound < last.upperBound {
        merged[merged.count - 1].span = last.lowerBound..<max(last.upperBound, span.upperBound)
      } else {
        merged.append((span, kind))
      }
    }
    return merged
  }
}

// MARK: - Reading an answer

/// A model's output for a clause, decoded to text and compared with its source.
private struct ClauseOutput {
  private let clause: Clause
  private let answer: ClauseAnswer
  private let tokenizer: any Tokenizer
  /// The tokens of the best hypothesis that count, and their byte ranges.
  private let tokens: [Int32]
  private let ranges: [Range<Int>]
  private let target: ByteText
  /// The number of hypotheses that count.
  private let ranks: Int
  let source: ByteText

  /// - Parameter count: the number of first tokens of the best hypothesis that count, and no other hypothesis; nil if all
  ///   hypotheses count whole.
  init(_ clause: Clause, _ answer: ClauseAnswer, _ tokenizer: any Tokenizer, tokens count: Int? = nil) {
    let hypotheses = answer.result.hypotheses
    let all = hypotheses.first?.tokens ?? []
    self.clause = clause
    self.answer = answer
    self.tokenizer = tokenizer
    ranks = count == nil ? hypotheses.count : 1
    tokens = count.map { Array(all.prefix($0)) } ?? all
    let decoded = tokenizer.decodeWithRanges(tokens)
    ranges = Alignment.words(decoded.ranges, in: decoded.text)
    target = ByteText(decoded.text)
    source = ByteText(clause.text)
  }

  var text: String { target.string }

  // MARK: Faults

  var loop: Repetition? {
    let words = tokens.last == tokenizer.endToken ? tokens.dropLast() : tokens[...]
    return Repetition.loop(in: words, source: clause.encoded?.ids[...].dropLast() ?? [], text: clause.text)
  }

  /// Protected spans of the source that are not in the translation as they should be.
  var broken: [Range<Int>] { ProtectedSpanMatcher.broken(clause.kept, of: source, in: target) }

  /// Numbers of the source outside its protected spans.
  var sourceNumbers: [WrittenNumber] { WrittenNumber.all(in: source, outside: clause.kept) }

  var numbers: NumberCheck {
    let source = sourceNumbers
    guard !source.isEmpty else { return NumberCheck() }
    let target = WrittenNumber.all(in: target, outside: keptLinks(in: target).map(\.target))
    let aligned = alignedReplacement
    return NumberCheck(source, target, answers: aligned.map { aligned in { aligned.hasSeen($0, of: $1) } })
  }

  /// The byte ranges of the translation in place of spans of the source, by the model's attention.
  func places(of spans: [Range<Int>]) -> [Range<Int>]? { alignedReplacement?.places(of: spans) }

  /// The finder of replaced spans; nil if there is no alignment.
  private var alignedReplacement: AlignedReplacement? {
    guard let encoded = clause.encoded, !answer.aligned.isEmpty else { return nil }
    return AlignedReplacement(
      source: source, sourceTokens: Alignment.words(encoded.ranges, in: clause.text), targetTokens: ranges,
      target: target, seen: Array(answer.aligned.prefix(tokens.count)))
  }

  // MARK: Translations

  /// - Parameter links: bytes of the translation, each to be replaced by bytes of the source.
  func translation(replacing links: [AlignmentLink] = []) -> Clause.Translation {
    let patch = TextPatch(target, replacing: links.map { ($0.target, source[$0.source]) })
    var translation = decoded(Clause.Translation(text: patch.text))
    translation.hypotheses += others
    let replaced = links.map { AlignmentLink(source: $0.source, target: patch.moved($0.target)) }
    let own = self.links
    translation.links = remaining(own, beside: links, patch) + (own.isEmpty ? [] : replaced)
    translation.links.sort { $0.target.lowerBound < $1.target.lowerBound }
    translation.kept = keptLinks(in: ByteText(patch.text))
    return translation
  }

  /// The source in place of a translation.
  var unchanged: Clause.Translation { decoded(Clause.Translation(unchanged: clause.text, kept: clause.kept)) }

  /// The translation with the facts of its decoding.
  private func decoded(_ translation: Clause.Translation) -> Clause.Translation {
    var translation = translation
    let best = answer.result.hypotheses.first
    translation.tokens = tokens
    translation.logProbs = Array((best?.logProbs ?? []).prefix(tokens.count))
    translation.hypotheses[0].score = translation.logProbs.reduce(0, +)
    translation.stopReason = best?.stopReason ?? .eos
    return translation
  }

  /// Hypotheses after the best that have all protected spans.
  private var others: [(text: String, score: Float)] {
    answer.result.hypotheses.prefix(ranks).dropFirst().map {
      (text: tokenizer.decode($0.tokens), score: $0.logProbs.reduce(0, +))
    }.filter {
      !$0.text.isEmpty
        && (clause.kept.isEmpty || ProtectedSpanMatcher.broken(clause.kept, of: source, in: ByteText($0.text)).isEmpty)
    }
  }

  private var links: [AlignmentLink] {
    guard let encoded = clause.encoded, !answer.aligned.isEmpty else { return [] }
    return Alignment.links(
      Array(answer.aligned.prefix(tokens.count)), source: Alignment.words(encoded.ranges, in: clause.text),
      target: ranges)
  }

  /// The links to text that is not replaced.
  private func remaining(
    _ links: [AlignmentLink], beside replaced: [AlignmentLink], _ patch: TextPatch
  ) -> [AlignmentLink] {
    links.filter { link in !replaced.contains { $0.target.overlaps(link.target) } }
      .map { AlignmentLink(source: $0.source, target: patch.moved($0.target)) }
  }

  private func keptLinks(in target: ByteText) -> [AlignmentLink] {
    clause.kept.isEmpty ? [] : ProtectedSpanMatcher.links(clause.kept, of: source, in: target)
  }
}
