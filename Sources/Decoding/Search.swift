import Models

/// The search for one sentence's translation: it owns some rows of the session and says each step how they go on.
protocol Search: AnyObject {
  /// Reads the logits of its rows; empty when the search is over.
  func advance(_ step: StepOutput) -> [Continuation]

  /// Best first; what there is so far where the search was cancelled.
  func finish(cancelled: Bool) -> DecodingResult
}

/// A row goes on from `parent` (counted within the search's own rows) with `token`.
struct Continuation {
  var parent: Int
  var token: Int32
}

/// What one decoder step gave for the rows of one search.
struct StepOutput {
  /// (rows, stride); the search may overwrite them.
  let logits: UnsafeMutablePointer<Float>
  let stride: Int
  /// The tokens that the entries of each row stand for, ascending; nil where entry and token are one.
  let candidates: [Int32]?
  let session: any DecodingSession
  /// The session's number of the search's first row.
  let firstRow: Int

  /// The scores (count) of one row.
  func row(_ index: Int) -> Scores {
    Scores(base: logits + index * stride, count: stride, candidates: candidates)
  }

  func attention(row: Int, kinds: Set<AttentionKind>) -> StepAttention? {
    guard !kinds.isDisjoint(with: [.cross, .decoder]) else { return nil }
    return StepAttention(
      cross: session.attention(row: firstRow + row, kind: .cross),
      decoder: session.attention(row: firstRow + row, kind: .decoder))
  }
}

/// Weights of the step that predicted a token.
struct StepAttention {
  var cross: [Float]  // (L, H, S)
  var decoder: [Float]  // (L, H, t + 1)
}
