/// A text on its way through one model.
struct TextDraft: Sendable {
  /// The sentences as they were, and what stands between them.
  let text: SegmentedText
  private(set) var sentences: [SentenceDraft]
  /// Of all rounds so far, one after the other; nil before the first.
  private(set) var timings: Timings?
  private(set) var tokens = TokenCounts()

  init(_ passage: SegmentedPassage, _ parts: SentenceParts) {
    text = passage.text
    sentences = zip(text.pieces, passage.kept).map { SentenceDraft(source: $0, kept: $1, parts) }
  }

  var waiting: [PartDraft] { sentences.flatMap(\.waiting) }

  /// - Parameter answers: one for each part that waits, in their order.
  mutating func take(_ answers: ArraySlice<UnitAnswer>, _ review: PartReview) {
    guard !answers.isEmpty else { return }
    let round = Timings(longestOf: answers.map(\.timings))
    timings = timings?.followed(by: round) ?? round
    tokens = answers.reduce(tokens) { $0 + $1.tokens }
    var rest = answers
    for index in sentences.indices { sentences[index].take(&rest, review) }
  }
}

/// A sentence on its way through one model.
struct SentenceDraft: Sendable {
  private enum State {
    case waiting(PartDraft)
    case settled(PartTranslation)
  }

  let source: String
  private var states: [State]

  init(source: String, kept: [Range<Int>], _ parts: SentenceParts) {
    self.source = source
    states = parts.parts(source, kept: kept).map { Self.state(PartDraft(part: $0)) }
  }

  /// Those that stay as they are among them.
  var parts: [SentencePart] {
    states.map { state in
      switch state {
      case .waiting(let draft): draft.part
      case .settled(let translation): translation.part
      }
    }
  }

  var waiting: [PartDraft] {
    states.compactMap { state in
      if case .waiting(let draft) = state { draft } else { nil }
    }
  }

  /// All parts, once none waits.
  var translations: [PartTranslation] {
    states.compactMap { state in
      if case .settled(let translation) = state { translation } else { nil }
    }
  }

  mutating func take(_ answers: inout ArraySlice<UnitAnswer>, _ review: PartReview) {
    states = states.flatMap { state -> [State] in
      guard case .waiting(let draft) = state, let answer = answers.popFirst() else { return [state] }
      switch review.verdict(draft, answer) {
      case .settled(let translation): return [.settled(translation)]
      case .again(let drafts): return drafts.map(Self.state)
      }
    }
  }

  private static func state(_ draft: PartDraft) -> State {
    if draft.part.encoded != nil { return .waiting(draft) }
    var unchanged = PartTranslation(unchanged: draft.part)
    unchanged.repairs = draft.repairs
    unchanged.repetition = draft.repetition
    return .settled(unchanged)
  }
}
