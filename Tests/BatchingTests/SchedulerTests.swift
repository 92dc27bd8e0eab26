import Batching
import Testing

/// Items that start beside those in flight.
@Suite struct SchedulerTests {
  // MARK: Joining

  @Test func idleWorkerStartsAtOnce() throws {
    let harness = SchedulerHarness()
    for _ in 0..<3 {
      harness.submit([5])
      harness.submit([5])
      #expect(harness.batch()?.items.count == 2)
      harness.submit([5])
      #expect(harness.batch(worker: 1)?.items.count == 1)
      harness.scheduler = SchedulerHarness().scheduler
    }
  }

  @Test func sentenceJoinsBetweenTwoSteps() throws {
    let harness = SchedulerHarness(batchTokens: 1_000)
    harness.submit([10])
    let first = try #require(harness.batch())
    #expect(harness.next() == .nothing)
    harness.submit([12])
    harness.step()
    let second = try #require(harness.batch())
    #expect(harness.scheduler.runningRows == 2)
    harness.finish(second)
    #expect(!harness.scheduler.isIdle(worker: 0))
    harness.finish(first)
    #expect(harness.scheduler.isIdle)
  }

  @Test func fewItemsWaitForOthersBesideManyRows() throws {
    let harness = SchedulerHarness(batchTokens: 1_000, delay: 10)
    harness.submit(Array(repeating: 10, count: 9))
    harness.submit([10, 10])
    #expect(harness.batch()?.items.count == 11)
    harness.submit([10])
    #expect(harness.next() == .nothing, "one beside eleven")
    harness.now += 9
    harness.submit([10])
    #expect(harness.next() == .nothing)
    harness.submit([10])
    #expect(harness.next() == .nothing)
    harness.submit([10])
    #expect(harness.batch()?.items.count == 4, "a third of the rows in flight")
    harness.submit([10])
    harness.now += 9
    #expect(harness.next() == .nothing)
    harness.now += 1
    #expect(harness.batch()?.items.count == 1, "the last start was a while ago")
  }

  @Test func passTakesAtMostAnEighthOfTheBudget() throws {
    let harness = SchedulerHarness(batchTokens: 800)
    harness.submit(Array(repeating: 10, count: 30))
    #expect(harness.batch()?.items.count == 10)
    harness.step()
    #expect(harness.batch()?.items.count == 10)
    harness.step()
    #expect(harness.batch()?.items.count == 10)
  }

  @Test func idleWorkersShareTheQueue() throws {
    let harness = SchedulerHarness(batchTokens: 1_000)
    harness.submit(Array(repeating: 10, count: 9))
    #expect(harness.batch(worker: 0, idle: 2)?.items.count == 5)
    #expect(harness.batch(worker: 1, idle: 1)?.items.count == 4)
  }

  @Test func workerWithFewerRowsTakesNewItems() throws {
    let harness = SchedulerHarness(batchTokens: 2_000)
    harness.submit(Array(repeating: 10, count: 20))
    _ = try #require(harness.batch(worker: 0, idle: 1))
    harness.submit(Array(repeating: 10, count: 2))
    _ = try #require(harness.batch(worker: 1, idle: 1))
    harness.submit(Array(repeating: 10, count: 4))
    harness.now += 10
    #expect(harness.next(worker: 0) == .nothing)
    #expect(harness.batch(worker: 1)?.items.count == 4)
    harness.submit(Array(repeating: 10, count: 20))
    harness.now += 10
    #expect(harness.batch(worker: 0)?.items.count == 3, "46 rows are 23 for each")
    #expect(harness.batch(worker: 1)?.items.count == 17)
  }

  @Test func similarLengthsStartTogether() throws {
    let harness = SchedulerHarness(batchTokens: 4_000)
    harness.submit([10, 200, 12, 210, 9, 16])
    #expect(harness.batch()?.items.map(\.length).sorted() == [9, 10, 12, 16])
    #expect(harness.batch()?.items.map(\.length).sorted() == [200, 210])
  }

  // MARK: Room

  @Test func budgetBoundsItemsInFlight() throws {
    let harness = SchedulerHarness(batchTokens: 400)
    harness.submit(Array(repeating: 20, count: 30))
    var batches: [PlannedBatch] = []
    while let batch = harness.batch() { batches.append(batch) }
    #expect(batches.map(\.paddedTokens) == Array(repeating: 40, count: 10))
    harness.finish(batches[1])
    harness.now += 10
    #expect(harness.batch()?.paddedTokens == 40)
    #expect(harness.next() == .nothing)
  }

  @Test func targetsLongerThanTheirSourcesTakeCapacity() throws {
    let harness = SchedulerHarness(batchTokens: 400)
    harness.submit(Array(repeating: 20, count: 10))
    while harness.batch() != nil { harness.now += 10 }
    harness.step(40)
    harness.now += 10
    harness.submit([20])
    #expect(harness.next() == .nothing, "ten rows are 40 tokens long by now")
    let fresh = SchedulerHarness(batchTokens: 400)
    fresh.submit(Array(repeating: 20, count: 10))
    while fresh.batch() != nil { fresh.now += 10 }
    fresh.step(20)
    fresh.now += 10
    fresh.submit([20])
    #expect(fresh.batch() != nil)
  }

  @Test func finishedItemFreesCapacityBeforeItsBatch() throws {
    let harness = SchedulerHarness(batchTokens: 400)
    for _ in 0..<12 {
      harness.submit(Array(repeating: 20, count: 2))
      harness.now += 10
      let batch = try #require(harness.batch())
      for item in batch.items.dropFirst() {
        harness.scheduler.finish(item, worker: 0, residenceNanoseconds: 0, wasCancelled: false, now: harness.now)
      }
    }
    harness.submit([20])
    harness.now += 10
    #expect(harness.batch()?.items.count == 1)
  }

  @Test func eachRowOfABeamCounts() throws {
    let harness = SchedulerHarness(batchTokens: 400)
    harness.submit(Array(repeating: 10, count: 4), rows: 4)
    #expect(harness.batch()?.items.count == 2)
    #expect(harness.scheduler.runningRows == 8)
  }

  @Test func longItemsLeaveAQuarterToShortItems() throws {
    let harness = SchedulerHarness(batchTokens: 400)
    harness.submit(Array(repeating: 100, count: 6))
    var long = 0
    while let batch = harness.batch() { long += batch.items.count }
    #expect(long == 3)
    harness.submit([10])
    harness.now += 10
    #expect(harness.batch()?.items.map(\.length) == [10])
  }

  @Test func shortItemsMakeRoomForAnOverdueLongItem() throws {
    let harness = SchedulerHarness(batchTokens: 400, turn: 100)
    harness.submit(Array(repeating: 10, count: 60))
    var running: [PlannedBatch] = []
    while let batch = harness.batch() { running.append(batch) }
    let long = harness.submit([300]).ids
    var started: [UInt64] = []
    for _ in 0..<8 where started.isEmpty {
      harness.now += 50
      harness.submit(Array(repeating: 10, count: 10))
      if !running.isEmpty { harness.finish(running.removeFirst()) }
      while let batch = harness.batch() {
        running.append(batch)
        started += batch.items.map(\.id).filter(long.contains)
      }
    }
    #expect(started == long)
  }

  @Test func longItemsThatKeepComingLeaveMoreThanAQuarter() throws {
    let harness = SchedulerHarness(batchTokens: 400, turn: 100)
    harness.submit([150])
    while harness.batch() != nil {}
    harness.submit(Array(repeating: 10, count: 15))
    while harness.batch() != nil { harness.now += 10 }
    harness.submit([150])
    harness.now += 100
    let short = harness.submit(Array(repeating: 10, count: 5)).ids
    #expect(harness.batch()?.items.map(\.id) == short, "an item is overdue, but more than a quarter is long")
  }

  @Test func itemOfAnySizeStartsBesideShortItems() throws {
    let harness = SchedulerHarness(batchTokens: 400)
    harness.submit([5_000])
    harness.submit([5_000])
    let first = try #require(harness.batch())
    #expect(first.items.map(\.length) == [5_000])
    harness.submit([10])
    harness.now += 10
    #expect(harness.batch()?.items.map(\.length) == [10])
    harness.now += 10
    #expect(harness.next() == .nothing)
    harness.finish(first)
    harness.now += 10
    #expect(harness.batch()?.items.map(\.length) == [5_000])
  }

  @Test func sizesOutOfRangeAreClamped() throws {
    let harness = SchedulerHarness()
    harness.submit([Int.max], rows: Int.max)
    harness.submit([Int.min], rows: Int.min, client: "other")
    #expect(Set(harness.runAll().flatMap { $0.items.map(\.tokens) }) == [1 << 40, 1])
  }

  // MARK: Kinds

  @Test func kindsAreNeverInFlightTogether() throws {
    let harness = SchedulerHarness(batchTokens: 1_000)
    harness.submit([10, 10], kind: 1)
    harness.submit([10, 10], kind: 2)
    let first = try #require(harness.batch())
    #expect(first.items.map(\.kind) == [1, 1])
    harness.now += 10
    #expect(harness.next() == .nothing)
    harness.finish(first)
    #expect(harness.batch()?.items.map(\.kind) == [2, 2])
  }

  @Test func busyKindMakesWayForAWaitingKind() throws {
    let harness = SchedulerHarness(batchTokens: 1_000, turn: 100)
    harness.submit([10], kind: 1)
    var running = [try #require(harness.batch())]
    harness.submit([10], kind: 2)
    for _ in 0..<100 {
      harness.now += 10
      harness.submit([10], kind: 1)
      if let batch = harness.batch() { running.append(batch) }
      if running.isEmpty || running.last?.items[0].kind == 2 { break }
      harness.finish(running.removeFirst())
      if running.isEmpty, let batch = harness.batch() { running.append(batch) }
    }
    #expect(running.last?.items.map(\.kind) == [2])
    #expect(harness.now <= 1_130)
  }

  @Test func onlyOneWorkerMakesWay() throws {
    let harness = SchedulerHarness(batchTokens: 1_000, turn: 100)
    harness.submit([10], kind: 1)
    let first = try #require(harness.batch(worker: 0))
    harness.submit([10], kind: 1)
    #expect(harness.batch(worker: 1) != nil)
    harness.submit([10], kind: 2)
    harness.now += 100
    harness.submit([10], kind: 1)
    #expect(harness.next(worker: 0) == .nothing)
    #expect(harness.batch(worker: 1)?.items.map(\.kind) == [1])
    harness.finish(first)
    #expect(harness.batch(worker: 0)?.items.map(\.kind) == [2])
  }

  // MARK: Drain

  @Test func drainAdmitsNothingAndDoesNotWait() throws {
    let harness = SchedulerHarness(batchTokens: 1_000, delay: 1_000)
    harness.submit(Array(repeating: 10, count: 9))
    let first = try #require(harness.batch())
    harness.submit([10])
    #expect(harness.next() == .nothing)
    harness.scheduler.drain()
    #expect(harness.submit([10]).refusal == .draining)
    let second = try #require(harness.batch())
    harness.finish(first)
    #expect(!harness.scheduler.isIdle)
    harness.finish(second)
    #expect(harness.scheduler.isIdle)
  }
}
