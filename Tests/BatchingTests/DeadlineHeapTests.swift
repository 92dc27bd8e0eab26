import Testing

@testable import Batching

@Suite struct DeadlineHeapTests {
  @Test func earliestDeadlineComesFirst() {
    var heap = DeadlineHeap()
    for id in 0..<500 { heap.insert(UInt64(id), deadline: UInt64(id * 7919 % 501)) }
    var deadlines: [UInt64] = []
    while let first = heap.first {
      deadlines.append(first.deadline)
      heap.removeFirst()
    }
    #expect(deadlines.count == 500)
    #expect(deadlines == deadlines.sorted())
  }

  @Test func finishedIdsDoNotAccumulate() {
    var heap = DeadlineHeap()
    for id in 1...10_000 as ClosedRange<UInt64> {
      heap.insert(id, deadline: 1_000_000 - id)
      heap.forgetOthers(live: 10) { $0 + 10 > id }
      #expect(heap.count <= 2 * 10 + 64)
    }
    var left: [UInt64] = []
    while let first = heap.first {
      left.append(first.id)
      heap.removeFirst()
    }
    #expect(Set(left).isSuperset(of: 9_991...10_000))
    #expect(left == left.sorted(by: >))
  }
}
