/// What the rows of one sentence share: what they read of the source, until the last of them has left, and what is
/// wanted of their output.
final class SourceSentence {
  private let store: SourceStore
  private let place: SourcePlace
  let output: OutputPlan

  init(_ place: SourcePlace, in store: SourceStore, output: OutputPlan) {
    self.place = place
    self.store = store
    self.output = output
  }

  deinit { store.free(place) }

  /// Source tokens.
  var length: Int { place.length }

  /// (S, width)
  func rows(plane index: Int) -> UnsafePointer<Float> { UnsafePointer(store.row(place.start, plane: index)) }
}
