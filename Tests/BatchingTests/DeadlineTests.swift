import Batching
import Dispatch
import Foundation
import Support
import Testing

/// Items without an answer by their deadline, with a clock that only the test moves.
@Suite(.timeLimit(.minutes(10))) struct DeadlineTests {
  typealias Session = WorkerSession<NumberedPayload, Int>

  private static let limits = BatchLimits(
    batchTokens: 256, maxDelayNanoseconds: 0, queuedItems: 1_000, queuedTokens: 1_000_000)

  @Test func waitingAndRunningItemsExpireAtTheNextStep() throws {
    let clock = ManualClock(nanoseconds: 1_000)
    let step = Signal()
    let stepped = Signal()
    let cancelled = Tally()
    let batcher = Batcher<NumberedPayload, Int>(limits: Self.limits, workers: 1, clock: { clock.now }) { _ in
      { session in
        var inFlight: [Session.StartedItem] = []
        while let arrivals = session.next() {
          inFlight += arrivals
          stepped.signal()
          step.wait()
          // Asked once each: one that is given up between two questions would be dropped without an answer.
          inFlight.removeAll { arrival in
            guard session.isCancelled(arrival.id) else { return false }
            cancelled.record(arrival.payload.number, .success(0))
            session.answer(arrival.id, with: 0)
            return true
          }
          if clock.now >= 9_000 { inFlight.forEach { session.answer($0.id, with: $0.payload.number) } }
        }
      }
    }
    let answers = Tally()
    func submit(_ value: Int, kind: Int, deadline: UInt64) throws {
      _ = try batcher.submit([NumberedPayload(number: value, kind: kind, length: 10, rows: 1)], deadline: deadline) {
        answers.record(value, $1)
      }
    }
    try submit(1, kind: 0, deadline: 5_000)
    try submit(2, kind: 0, deadline: 20_000)
    stepped.wait()
    try submit(3, kind: 1, deadline: 5_000)
    clock.now = 5_000
    step.signal()
    stepped.wait()
    #expect(answers.outcomes == [1: [.failure(.deadlinePassed)], 3: [.failure(.deadlinePassed)]])
    #expect(batcher.counters.queuedItems == 0)
    clock.now = 9_000
    step.signal()
    let drained = Signal()
    batcher.drain { drained.signal() }
    // More steps than the items still need: the worker waits for one before each.
    for _ in 0..<100 { step.signal() }
    drained.wait()
    #expect(answers.outcomes[2] == [.success(2)])
    #expect(cancelled.outcomes.keys.allSatisfy { $0 == 1 })
  }

  @Test func deadlinesPassWithoutAStep() throws {
    let gate = Signal()
    let batcher = Batcher<NumberedPayload, Int>(limits: Self.limits, workers: 1) { _ in
      { session in
        while let arrivals = session.next() {
          gate.wait()
          arrivals.forEach { session.answer($0.id, with: 0) }
        }
      }
    }
    let expired = Signal()
    let answers = Tally()
    let deadline = DispatchTime.now().uptimeNanoseconds + 20_000_000
    _ = try batcher.submit(
      (0..<3).map { NumberedPayload(number: $0, kind: 0, length: 10, rows: 1) }, deadline: deadline
    ) {
      answers.record($0, $1)
      expired.signal()
    }
    expired.wait(count: 3)
    gate.signal()
    let drained = Signal()
    batcher.drain { drained.signal() }
    drained.wait()
    #expect(answers.outcomes.values.allSatisfy { $0 == [.failure(.deadlinePassed)] })
  }
}
