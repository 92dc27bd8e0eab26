import Batching
import Foundation
import Support
import Testing

@Suite(.timeLimit(.minutes(1))) struct WorkerStackTests {
  /// One that is called through one more function each time ends in a stack that is full.
  @Test func aWorkersHundredthTurnIsAsDeepAsItsFirst() throws {
    let limits = BatchLimits(batchTokens: 64, delay: 0, queuedItems: 10, queuedTokens: 1_000)
    let tally = Tally()
    let batcher = Batcher<Int, Int>(limits: limits, workers: 1) { _ in
      { course in
        while let arrivals = course.next() {
          for arrival in arrivals { course.answer(arrival.id, with: Thread.callStackReturnAddresses.count) }
        }
      }
    }
    for turn in 0..<100 {
      let done = Signal()
      _ = try batcher.submit([BatchPayload(turn, kind: 0, length: 1, rows: 1)]) { _, result in
        tally.record(turn, result)
        done.signal()
      }
      done.wait()
    }
    let depths = try tally.outcomes.sorted { $0.key < $1.key }.map { try #require($0.value.first).get() }
    let first = try #require(depths.first)
    #expect(first > 0)
    #expect(depths.allSatisfy { abs($0 - first) < 20 }, "from \(first) to \(depths.max() ?? 0) calls")
  }
}
