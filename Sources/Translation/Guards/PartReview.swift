import Decoding
import Tokenization

/// Looks over what a model made of a part: whether there is a translation, whether it runs in circles, and whether
/// what is kept and the numbers are there. What is wrong is repaired, or translated again: a part once for a loop or for
/// nothing, what lies around something broken once more, and what lies between all that can break a last time.
struct PartReview: Sendable {
  enum Verdict {
    case settled(PartTranslation)
    case again([PartDraft])
  }

  let tokenizer: any Tokenizer
  let parts: SentenceParts
  /// Whether anything is looked over at all.
  let isOn: Bool

  func verdict(_ draft: PartDraft, _ answer: UnitAnswer) -> Verdict {
    let reading = PartReading(draft.part, answer, tokenizer)
    guard !reading.text.isEmpty else { return empty(draft, reading, answer) }
    guard isOn else { return .settled(reading.translation()) }
    if reading.loop != nil { return looping(draft, answer) }
    return checked(draft, reading)
  }

  // MARK: Nothing, and too much

  private func empty(_ draft: PartDraft, _ reading: PartReading, _ answer: UnitAnswer) -> Verdict {
    if isOn, draft.rejected == nil { return .again([draft.again(instead: answer, for: .empty)]) }
    if let (first, kind) = draft.rejected, kind == .repetition { return cut(draft, first) }
    var unchanged = reading.unchanged
    unchanged.repairs = draft.repairs + (isOn ? [Repair(.empty, .echoed)] : [])
    return .settled(unchanged)
  }

  private func looping(_ draft: PartDraft, _ answer: UnitAnswer) -> Verdict {
    var draft = draft
    draft.repetition = true
    if draft.rejected == nil { return .again([draft.again(instead: answer, for: .repetition)]) }
    return cut(draft, answer)
  }

  /// Ends a translation behind the first round of its loop.
  private func cut(_ draft: PartDraft, _ answer: UnitAnswer) -> Verdict {
    var draft = draft
    let whole = PartReading(draft.part, answer, tokenizer)
    guard let loop = whole.loop else { return checked(draft, whole) }
    draft.repairs.append(Repair(.repetition, .cut))
    return checked(draft, PartReading(draft.part, answer, tokenizer, tokens: loop.start + loop.length))
  }

  // MARK: What has to be there

  private func checked(_ draft: PartDraft, _ reading: PartReading) -> Verdict {
    if let (first, kind) = draft.rejected, kind == .repetition, reading.translation().stopReason == .length,
      !draft.repairs.contains(Repair(.repetition, .cut))
    {
      return cut(draft, first)
    }
    let broken = reading.broken
    var patch: [(link: AlignmentLink, kind: Repair.Kind)] = []
    var apart: [(span: Range<Int>, kind: Repair.Kind)] = []
    if !broken.isEmpty {
      if let places = reading.places(of: broken) {
        patch += zip(broken, places).map { (AlignmentLink(source: $0, target: $1), .kept) }
      } else {
        apart += broken.map { ($0, .kept) }
      }
    }
    let numbers = reading.numbers
    patch += numbers.changed.map { ($0, .number) }
    apart += numbers.lost.map { ($0, .number) }
    guard apart.isEmpty else {
      return .again(divided(draft, reading, around: apart + patch.map { ($0.link.source, $0.kind) }))
    }
    return patched(draft, reading, patch)
  }

  private func patched(
    _ draft: PartDraft, _ reading: PartReading, _ patch: [(link: AlignmentLink, kind: Repair.Kind)]
  ) -> Verdict {
    let places = patch.map(\.link.target).sorted { $0.lowerBound < $1.lowerBound }
    let overlaps = zip(places, places.dropFirst()).contains { $0.overlaps($1) }
    var translation = reading.translation(replacing: overlaps ? [] : patch.map(\.link))
    let isWhole = ProtectedSpanMatcher.broken(draft.part.kept, of: reading.source, in: ByteText(translation.best)).isEmpty
    guard isWhole, !overlaps else {
      return .again(divided(draft, reading, around: patch.map { ($0.link.source, $0.kind) }))
    }
    translation.repetition = draft.repetition
    translation.repairs = draft.repairs + patch.map { Repair($0.kind, .replaced) }
    return .settled(translation)
  }

  /// What is around the spans, each to be translated by itself. A piece that needs it again is divided around all that
  /// could break, so that this ends.
  private func divided(
    _ draft: PartDraft, _ reading: PartReading, around broken: [(span: Range<Int>, kind: Repair.Kind)]
  ) -> [PartDraft] {
    var spans = broken
    if draft.isPiece {
      spans = draft.part.kept.map { ($0, .kept) } + reading.sourceNumbers.map { ($0.range, .number) }
    }
    spans = apart(spans.map { ($1 == .number ? reading.source.joined($0) : $0, $1) })
    var drafts = parts.divided(draft.part, around: spans.map(\.span)).map { PartDraft(part: $0, isPiece: true) }
    drafts[0].repairs = draft.repairs + spans.map { Repair($0.kind, .divided) }
    drafts[0].repetition = draft.repetition
    return drafts
  }

  /// In their order, and one where several overlap.
  private func apart(_ spans: [(span: Range<Int>, kind: Repair.Kind)]) -> [(span: Range<Int>, kind: Repair.Kind)] {
    var apart: [(span: Range<Int>, kind: Repair.Kind)] = []
    for (span, kind) in spans.sorted(by: { $0.span.lowerBound < $1.span.lowerBound }) {
      if let last = apart.last?.span, span.lowerBound < last.upperBound {
        apart[apart.count - 1].span = last.lowerBound..<max(last.upperBound, span.upperBound)
      } else {
        apart.append((span, kind))
      }
    }
    return apart
  }
}
