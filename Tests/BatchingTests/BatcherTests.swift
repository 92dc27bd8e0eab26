import Batching
import Dispatch
import Foundation
import Support
import Testing

@Suite(.timeLimit(.minutes(10))) struct BatcherTests {
  typealias Session = WorkerSession<NumberedPayload, Int>

  private static let limits = BatchLimits(
    batchTokens: 256, maxDelayNanoseconds: 100_000, queuedItems: 1_000_000, queuedTokens: 1_000_000_000)

  private static func payload(_ value: Int) -> NumberedPayload {
    NumberedPayload(number: value, kind: value % 3, length: 1 + value % 40, rows: 1)
  }

  /// Squares numbers, one per step and the latest first, so that most items see others come and go.
  private static func square(_ session: Session) {
    var inFlight: [Session.StartedItem] = []
    while let arrivals = session.next() {
      inFlight += arrivals
      if let last = inFlight.popLast() { session.answer(last.id, with: last.payload.number * last.payload.number) }
    }
  }

  @Test(arguments: BatchMode.allCases)
  func thousandsOfSubmissionsFromManyThreadsAreEachAnsweredOnce(_ mode: BatchMode) throws {
    var limits = Self.limits
    limits.mode = mode
    let batcher = Batcher<NumberedPayload, Int>(limits: limits, workers: 3) { _ in Self.square }
    let threads = 8
    let perThread = 1_000
    let tally = Tally()
    let pending = DispatchGroup()
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      for step in 0..<perThread {
        let value = thread * perThread + step
        pending.enter()
        let ticket = try? batcher.submit([Self.payload(value)], client: "\(thread)") { _, result in
          tally.record(value, result)
          pending.leave()
        }
        if step % 7 == 0 { ticket?.cancel() }
      }
    }
    pending.waitOrFail()
    let outcomes = tally.outcomes
    #expect(outcomes.count == threads * perThread)
    for (value, results) in outcomes {
      #expect(results.count == 1)
      let wanted: [Result<Int, BatchFailure>] =
        (value % perThread) % 7 == 0 ? [.success(value * value), .failure(.cancelled)] : [.success(value * value)]
      #expect(results.allSatisfy(wanted.contains))
    }
  }

  @Test func workerRunsOneKindAtATime() throws {
    let wrong = Tally()
    let batcher = Batcher<NumberedPayload, Int>(limits: Self.limits, workers: 2) { worker in
      { session in
        var inFlight: [Session.StartedItem] = []
        if !wrong.enter(worker) { wrong.record(-2, .success(0)) }
        while let arrivals = session.next() {
          inFlight += arrivals
          if Set(inFlight.map { $0.payload.number % 3 }).count != 1 { wrong.record(-1, .success(0)) }
          for arrival in inFlight.suffix(3) { session.answer(arrival.id, with: 0) }
          inFlight.removeLast(min(3, inFlight.count))
        }
        wrong.leave(worker)
      }
    }
    let pending = DispatchGroup()
    for value in 0..<2_000 {
      pending.enter()
      _ = try batcher.submit([Self.payload(value)]) { _, _ in pending.leave() }
    }
    pending.waitOrFail()
    #expect(wrong.outcomes.isEmpty)
    #expect(batcher.counters.items == 2_000)
    #expect(batcher.counters.batches <= 2_000)
  }

  @Test func completionsNameItemsByIndex() throws {
    let batcher = Batcher<NumberedPayload, Int>(limits: Self.limits, workers: 2) { _ in Self.square }
    let tally = Tally()
    let pending = DispatchGroup()
    for _ in 0..<100 { pending.enter() }
    _ = try batcher.submit((0..<100).map(Self.payload)) { index, result in
      tally.record(index, result)
      pending.leave()
    }
    pending.waitOrFail()
    #expect(tally.outcomes == Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, [.success($0 * $0)]) }))
  }

  @Test func itemJoinsAndFinishesBeforeAnother() throws {
    let started = Signal()
    let submitted = Signal()
    let batchRows = Tally()
    let batcher = Batcher<NumberedPayload, Int>(limits: Self.limits, workers: 1) { _ in
      { session in
        guard let long = session.next()?.first else { return }
        started.signal()
        submitted.wait()
        guard let short = session.next()?.first else { return }
        batchRows.record(short.batchRows, .success(short.payload.number))
        session.answer(short.id, with: 2)
        _ = session.next()
        session.answer(long.id, with: 1)
        _ = session.next()
      }
    }
    let order = Tally()
    let pending = DispatchGroup()
    pending.enter()
    _ = try batcher.submit([NumberedPayload(number: 0, kind: 0, length: 10, rows: 3)]) { _, result in
      order.record(order.outcomes.count, result)
      pending.leave()
    }
    started.wait()
    pending.enter()
    _ = try batcher.submit([NumberedPayload(number: 0, kind: 0, length: 10, rows: 1)]) { _, result in
      order.record(order.outcomes.count, result)
      pending.leave()
    }
    #expect(batcher.counters.runningRows == 3)
    submitted.signal()
    pending.waitOrFail()
    #expect(order.outcomes == [0: [.success(2)], 1: [.success(1)]])
    #expect(batchRows.outcomes == [4: [.success(0)]])
  }

  @Test func cancelledItemLeavesTheQueue() throws {
    let gate = Signal()
    let seen = Tally()
    let batcher = Batcher<NumberedPayload, Int>(limits: Self.limits, workers: 1) { _ in
      { session in
        while let arrivals = session.next() {
          gate.wait()
          for arrival in arrivals {
            seen.record(arrival.payload.number, .success(arrival.payload.number))
            session.answer(arrival.id, with: arrival.payload.number)
          }
        }
      }
    }
    let answers = Tally()
    let pending = DispatchGroup()
    for _ in 0..<2 { pending.enter() }
    _ = try batcher.submit([Self.payload(1)]) { _, result in
      answers.record(1, result)
      pending.leave()
    }
    let ticket = try batcher.submit([Self.payload(2)]) { _, result in
      answers.record(2, result)
      pending.leave()
    }
    ticket.cancel()
    #expect(answers.outcomes[2] == [.failure(.cancelled)], "answered before cancel returns")
    #expect(batcher.counters.queuedItems == 0)
    ticket.cancel()
    gate.signal()
    pending.waitOrFail()
    #expect(answers.outcomes == [1: [.success(1)], 2: [.failure(.cancelled)]])
    #expect(seen.outcomes[2] == nil)
  }

  @Test func workerLearnsOfACancellation() throws {
    let started = Signal()
    let cancelled = Signal()
    let noticed = Tally()
    let batcher = Batcher<NumberedPayload, Int>(limits: Self.limits, workers: 1) { _ in
      { session in
        guard let arrival = session.next()?.first else { return }
        noticed.record(session.isCancelled(arrival.id) ? 1 : 0, .success(0))
        started.signal()
        cancelled.wait()
        noticed.record(session.isCancelled(arrival.id) ? 1 : 0, .success(0))
        session.answer(arrival.id, with: 25)
        _ = session.next()
      }
    }
    let answers = Tally()
    let ticket = try batcher.submit([Self.payload(5)]) { _, result in answers.record(5, result) }
    started.wait()
    ticket.cancel()
    cancelled.signal()
    let drained = Signal()
    batcher.drain { drained.signal() }
    drained.wait()
    #expect(noticed.outcomes == [0: [.success(0)], 1: [.success(0)]])
    #expect(answers.outcomes == [5: [.failure(.cancelled)]])
  }

  @Test func itemWithoutAnAnswerFails() throws {
    let batcher = Batcher<NumberedPayload, Int>(limits: Self.limits, workers: 1) { _ in { _ in } }
    let answers = Tally()
    let pending = DispatchGroup()
    for value in 1...2 {
      pending.enter()
      _ = try batcher.submit([Self.payload(value)]) { _, result in
        answers.record(value, result)
        pending.leave()
      }
    }
    pending.waitOrFail()
    #expect(answers.outcomes == [1: [.failure(.unanswered)], 2: [.failure(.unanswered)]])
  }

  @Test func fullQueueRefusesTheWholeSubmission() throws {
    let gate = Signal()
    var limits = Self.limits
    limits.queuedItems = 2
    let batcher = Batcher<NumberedPayload, Int>(limits: limits, workers: 1) { _ in
      { session in
        while let arrivals = session.next() {
          gate.wait()
          for arrival in arrivals { session.answer(arrival.id, with: 0) }
        }
      }
    }
    let pending = DispatchGroup()
    for value in 0..<2 {
      pending.enter()
      _ = try batcher.submit([Self.payload(value)]) { _, _ in pending.leave() }
    }
    let answers = Tally()
    #expect(throws: BatchFailure.queueFull(waitNanoseconds: 0)) {
      try batcher.submit([Self.payload(2), Self.payload(3)]) { answers.record($0, $1) }
    }
    for _ in 0..<2 { gate.signal() }
    pending.waitOrFail()
    #expect(answers.outcomes.isEmpty)
  }

  @Test func drainFinishesAdmittedItemsOnly() throws {
    let batcher = Batcher<NumberedPayload, Int>(limits: Self.limits, workers: 2) { _ in Self.square }
    let tally = Tally()
    _ = try batcher.submit((0..<500).map(Self.payload)) { tally.record($0, $1) }
    let drained = Signal()
    batcher.drain { drained.signal() }
    drained.wait()
    #expect(tally.outcomes.count == 500)
    #expect(throws: BatchFailure.draining) { try batcher.submit([Self.payload(1)]) { tally.record($0, $1) } }
    batcher.drain { drained.signal() }
    drained.wait()
  }

  @Test func contextsAreMadeOncePerWorker() throws {
    let made = Tally()
    let batcher = Batcher<NumberedPayload, Int>(limits: Self.limits, workers: 3) { worker in
      made.record(worker, .success(0))
      return Self.square
    }
    batcher.prepare()
    batcher.prepare()
    #expect(made.outcomes == [0: [.success(0)], 1: [.success(0)], 2: [.success(0)]])
  }

  @Test func releasedBatcherStillAnswers() throws {
    let pending = DispatchGroup()
    let tally = Tally()
    do {
      let batcher = Batcher<NumberedPayload, Int>(limits: Self.limits, workers: 1) { _ in Self.square }
      for value in 0..<50 {
        pending.enter()
        _ = try batcher.submit([Self.payload(value)]) { _, result in
          tally.record(value, result)
          pending.leave()
        }
      }
    }
    pending.waitOrFail()
    #expect(tally.outcomes.count == 50)
  }
}
