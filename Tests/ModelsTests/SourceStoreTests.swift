import Models
import Support
import Testing

/// Batches come and go; what each wrote stays its own while it is there.
struct SourceStoreTests {
  @Test func rowsBelongToOneBatchAtATime() {
    let store = SourceStore()
    let widths = [3, 5]
    var numbers = SplitMix(state: 7)
    var underWay: [(place: Range<Int>, mark: Float)] = []
    for turn in 0..<4_000 {
      if underWay.count == 20 || (Bool.random(using: &numbers) && !underWay.isEmpty) {
        let (place, mark) = underWay.remove(at: Int.random(in: underWay.indices, using: &numbers))
        for (plane, width) in widths.enumerated() {
          let values = UnsafeBufferPointer(start: store.row(place.lowerBound, plane: plane), count: place.count * width)
          #expect(values.allSatisfy { $0 == mark })
        }
        store.free(place)
      } else {
        let place = store.occupy(rows: Int.random(in: 1...60, using: &numbers), widths: widths)
        for (plane, width) in widths.enumerated() {
          store.row(place.lowerBound, plane: plane).update(repeating: Float(turn), count: place.count * width)
        }
        underWay.append((place, Float(turn)))
      }
    }
    #expect(store.capacity <= 4_096)
  }

  @Test func allIsOneGapAgainInTheEnd() {
    let store = SourceStore()
    let places = (0..<30).map { store.occupy(rows: 5 + $0, widths: [2]) }
    for place in places.filter({ $0.count % 2 == 0 }) + places.filter({ $0.count % 2 == 1 }) { store.free(place) }
    let capacity = store.capacity
    #expect(store.occupy(rows: capacity, widths: [2]) == 0..<capacity)
    #expect(store.capacity == capacity)
  }
}
