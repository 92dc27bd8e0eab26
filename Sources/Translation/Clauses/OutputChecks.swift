import Decoding
import Tokenization

/// Checks of what a model made of a clause: whether there is a translation, whether it repeats itself, and whether the
/// protected spans and the numbers are in it.
///
/// A fault is repaired, or the clause is translated again. An empty translation and a loop are tried once more. A clause
/// whose span was broken is translated with stand-ins. If the model breaks these too, the clause is divided into pieces
/// around the span. A piece that is broken again is divided around all that can break.
struct OutputChecks: Sendable {
  let tokenizer: any Tokenizer
  let builder: ClauseBuilder
  let pair: LanguagePair
  /// Whether any check is made.
  let isOn: Bool

  private typealias BrokenSpan = ClauseOutput.BrokenSpan

  /// The clause with its translation, or the clauses that are to be translated in its place.
  func review(_ clause: Clause, _ answer: ClauseAnswer) -> [Clause] {
    let output = output(clause, answer)
    guard !output.text.isEmpty else { return reviewEmpty(clause, output, answer) }
    guard isOn else { return [clause.settled(output.translation())] }
    if output.loop != nil { return reviewLoop(clause, answer) }
    return reviewSpans(clause, output)
  }

  private func output(
    _ clause: Clause, _ answer: ClauseAnswer, rank: Int = 0, tokens: Int? = nil
  ) -> ClauseOutput {
    ClauseOutput(clause, answer, tokenizer, pair, rank: rank, tokens: tokens)
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
    let whole = output(clause, answer)
    guard let loop = whole.loop else { return reviewSpans(clause, whole) }
    clause.repairs.append(Repair(.repetition, .cut))
    return reviewSpans(clause, output(clause, answer, tokens: loop.start + loop.length))
  }

  // MARK: Protected spans and numbers

  private func reviewSpans(_ clause: Clause, _ output: ClauseOutput) -> [Clause] {
    if let rejection = clause.rejection, rejection.reason == .repetition,
      output.translation().stopReason == .length, !clause.repairs.contains(Repair(.repetition, .cut))
    {
      return cut(clause, rejection.answer)
    }
    if clause.rejection?.reason ?? .term == .term, clause.attempt == 0, output.needsTermsAnywhere {
      return [clause.withTermsAnywhere(insteadOf: output.answer)]
    }
    let faults = output.faults
    if faults.lost.isEmpty, let patched = patched(clause, output, faults) { return [patched] }
    return translatedAgain(clause, output, faults.all)
  }

  /// The clause with repaired parts; nil if the spans are not all in it then.
  private func patched(_ clause: Clause, _ output: ClauseOutput, _ faults: ClauseOutput.Faults) -> Clause? {
    guard !faults.patchesOverlap else { return nil }
    let terms = output.termPatches.filter { patch in
      !faults.patches.contains { $0.link.target.overlaps(patch.link.target) }
    }
    let translation = output.translation(repairing: faults, terms: terms)
    guard ProtectedSpanMatcher.broken(clause.protectedSpans, of: output.source, in: ByteText(translation.best)).isEmpty,
      output.hasNumbers(translation, repairing: faults), output.hasOrderedSigns(translation)
    else {
      return nil
    }
    let repairs =
      faults.all.map { Repair($0.kind, .replaced) } + terms.map { _ in Repair(.term, .replaced) }
      + (faults.added == nil ? [] : [Repair(.added, .cut)])
    return clause.settled(translation, repairs: repairs)
  }

  /// The clause with another of its hypotheses, or again with stand-ins, or in pieces.
  private func translatedAgain(_ clause: Clause, _ output: ClauseOutput, _ faults: [BrokenSpan]) -> [Clause] {
    if clause.attempt > 0 {
      for rank in 1..<max(1, output.answer.result.hypotheses.count) {
        let other = self.output(clause, output.answer, rank: rank)
        if !other.text.isEmpty, other.loop == nil, other.faults.isEmpty {
          return [clause.settled(other.translation())]
        }
      }
    }
    let spans = merged(faults.map { ($0.kind == .number ? output.source.joined($0.span) : $0.span, $0.kind) })
    guard var retried = builder.retried(clause, around: spans.map(\.span)) else {
      return divided(clause, output, around: faults)
    }
    if clause.attempt == 0 { retried.repairs += spans.map { Repair($0.kind, .retranslated) } }
    return [retried]
  }

  /// The clauses around the broken spans, each to be translated without them. A piece that has to be divided again is
  /// divided around all that could break, so that this ends.
  private func divided(_ clause: Clause, _ output: ClauseOutput, around broken: [BrokenSpan]) -> [Clause] {
    var spans = broken + (clause.reading?.spans ?? []).map { ($0, .kept) }
    if clause.isPiece {
      spans =
        clause.protectedSpans.map { ($0, .kept) }
        + output.sourceNumbers.map { (UnitSigns.expression($0, in: output.source, pair.source), .number) }
    }
    spans = merged(spans.map { ($1 == .number ? output.source.joined($0) : $0, $1) })
    var pieces = builder.divided(clause, around: spans.map(\.span))
    let numbers = Set(spans.filter { !clause.protectedSpans.contains($0.span) }.map { output.source[$0.span] })
    for index in pieces.indices {
      pieces[index].isPiece = true
      if numbers.contains(pieces[index].text), let text = pair.rewritten(pieces[index].text) {
        pieces[index] = pieces[index].kept(as: text)
      }
    }
    pieces[0].repairs = clause.repairs + spans.map { Repair($0.kind, .divided) }
    pieces[0].repetition = clause.repetition
    return pieces
  }

  /// The spans in order, with overlapping spans joined.
  private func merged(_ spans: [BrokenSpan]) -> [BrokenSpan] {
    var merged: [BrokenSpan] = []
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
