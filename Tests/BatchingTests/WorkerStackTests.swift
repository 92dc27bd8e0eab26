import Batching
import Foundation
import Support
import Testing

@Suite(.timeLimit(.minutes(10))) struct WorkerStackTests {
  /// A worker that were called through one more function each time would overflow its stack.
  @Test func stackDepthDoesNotGrowWithTurns() throws {
    let limits = BatchLimits(batchTokens: 64, maxDelayNanoseconds: 0, queuedItems: 10, queuedTokens: 1_000)
    let tally = Tally()
    let batcher = Batcher<NumberedPayload, Int>(limits: limits, workers: 1) { _ in
      { session in
        while let arrivals = session.next() {
          for arrival in arrivals { session.answer(arrival.id, with: Thread.callStackReturnAddresses.count) }
        }
      }
    }
    for turn in 0..<100 {
      let done = Signal()
      _ = try batcher.submit([NumberedPayload(number: turn, kind: 0, length: 1, rows: 1)]) { _, result in
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
