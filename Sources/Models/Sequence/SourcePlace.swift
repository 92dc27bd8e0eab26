/// What the decoder reads of an encoded batch, computed once a source: planes of one row a token, as keys and values of
/// every cross-attention.
///
/// Held by the rows that read it; its place in the store is free again once the last of them has left.
final class SourceMemory {
  private let store: SourceStore
  private let place: Range<Int>

  fileprivate init(_ store: SourceStore, _ place: Range<Int>) {
    self.store = store
    self.place = place
  }

  deinit { store.free(place) }

  /// (N, width)
  func plane(_ index: Int) -> UnsafeMutablePointer<Float> { store.row(place.lowerBound, plane: index) }

  /// The rows (S, width) of the sentence whose first token is row `start`.
  func rows(plane index: Int, from start: Int) -> UnsafePointer<Float> {
    UnsafePointer(store.row(place.lowerBound + start, plane: index))
  }
}

extension SourceStore {
  /// Room for planes (rows, width), until the last reference to it is gone.
  func take(rows: Int, widths: [Int]) -> SourceMemory {
    SourceMemory(self, occupy(rows: rows, widths: widths))
  }
}
