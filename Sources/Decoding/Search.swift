import Models

/// The search for one sentence's translation: it owns some rows of the session and says each step how they go on.
protocol Search: AnyObject {
  /// What it reads of every step.
  var output: OutputRequest { get }

  /// Reads what a step gave for its rows and appends how they go on; nothing when the search is over.
  func advance(_ step: StepOutput, into continuations: inout [Continuation])

  /// Tokens that the result will begin with, whatever comes: those behind the ones that earlier calls gave.
  func takeSettled() -> [Int32]

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
  let session: any DecodingSession
  /// The session's number of the search's first row.
  let firstRow: Int

  func row(_ index: Int) -> RowOutcome { session.outcome(row: firstRow + index) }

  func attention(row: Int) -> StepAttention { session.attention(row: firstRow + row) }
}
