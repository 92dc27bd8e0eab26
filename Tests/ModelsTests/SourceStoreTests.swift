import Models
import Support
import Testing

/// Sentences come and go. The content of each stays its own, wherever it is moved.
struct SourceStoreTests {
  private struct Sentence {
    let place: SourceRows
    let mark: Float
  }

  @Test func rowsBelongToOneSentenceAtATime() {
    let store = SourceStore()
    let widths = [3, 5]
    var numbers = SplitMix(state: 7)
    var underWay: [Sentence] = []
    var most = 0
    for turn in 0..<4_000 {
      if underWay.count > 20 || (Bool.random(using: &numbers) && !underWay.isEmpty) {
        let sentence = underWay.remove(at: Int.random(in: underWay.indices, using: &numbers))
        expect(sentence, in: store, widths)
        store.free(sentence.place)
      } else {
        let lengths = (0..<Int.random(in: 1...6, using: &numbers)).map { _ in Int.random(in: 1...60, using: &numbers) }
        for (index, place) in store.occupy(lengths, widths: widths).enumerated() {
          #expect(place.length == lengths[index])
          let mark = Float(turn * 10 + index)
          for (plane, width) in widths.enumerated() {
            store.row(place.start, plane: plane).update(repeating: mark, count: place.length * width)
          }
          underWay.append(Sentence(place: place, mark: mark))
        }
        most = max(most, underWay.reduce(0) { $0 + $1.place.length })
      }
    }
    for sentence in underWay { expect(sentence, in: store, widths) }
    #expect(store.limit >= most)
    #expect(store.limit <= max(512, most * 5 / 4))
  }

  private func expect(_ sentence: Sentence, in store: SourceStore, _ widths: [Int]) {
    for (plane, width) in widths.enumerated() {
      let values = UnsafeBufferPointer(
        start: store.row(sentence.place.start, plane: plane), count: sentence.place.length * width)
      #expect(values.allSatisfy { $0 == sentence.mark })
    }
  }

  @Test func sentencesMoveTogetherWhenRoomIsShort() {
    let store = SourceStore()
    let first = store.occupy([400, 80], widths: [2])
    #expect(first.map(\.start) == [0, 400])
    #expect(store.limit == 600)
    store.free(first[0])
    let second = store.occupy([80, 0, 240], widths: [2])
    #expect(first[1].start == 0)
    #expect(second.map(\.start) == [80, 160, 160])
    #expect(store.limit == 600)
  }

  @Test func firstRowIsFreeWhenAllHaveLeft() {
    let store = SourceStore()
    for place in store.occupy([5, 6, 7], widths: [2]) { store.free(place) }
    #expect(store.occupy([3], widths: [2])[0].start == 0)
  }
}
