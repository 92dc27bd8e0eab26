/// What the rows of one sentence share: what they read of the source, until the last of them has left, and what is
/// wanted of their output.
final class SourceSentence {
  private let store: SourceStore
  private let place: SourcePlace
  let output: OutputPlan
  let capture: AttentionCapture
  /// Whether there is anything to capture.
  let captures: Bool

  init(_ place: SourcePlace, in store: SourceStore, output: OutputPlan, capture: AttentionCapture) {
    self.place = place
    self.store = store
    self.output = output
    self.capture = capture
    captures = !capture.isNone
  }

  deinit { store.free(place) }

  /// Source tokens.
  var length: Int { place.length }

  /// (S, width)
  func rows(plane index: Int) -> UnsafePointer<Float> { UnsafePointer(store.row(place.start, plane: index)) }
}

/// One row of a session: a hypothesis that goes on.
struct DecoderRow {
  let sentence: SourceSentence
  /// Steps made, the current one included.
  var position = 0
}
