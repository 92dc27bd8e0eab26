import Batching
import Testing

/// What starts beside what is under way.
@Suite struct BatchPolicyTests {
  // MARK: Joining

  @Test func anIdleWorkerStartsAtOnce() throws {
    let harness = PolicyHarness()
    for _ in 0..<3 {
      harness.submit([5])
      harness.submit([5])
      #expect(harness.batch()?.items.count == 2)
      harness.submit([5])
      #expect(harness.batch(worker: 1)?.items.count == 1)
      harness.policy = PolicyHarness().policy
    }
  }

  @Test func aSentenceJoinsBetweenTwoSteps() throws {
    let harness = PolicyHarness(batchTokens: 1_000)
    harness.submit([10])
    let first = try #require(harness.batch())
    #expect(harness.next() == .nothing)
    harness.submit([12])
    harness.step()
    let second = try #require(harness.batch())
    #expect(harness.policy.runningRows == 2)
    harness.finish(second)
    #expect(!harness.policy.isIdle(worker: 0))
    harness.finish(first)
    #expect(harness.policy.isIdle)
  }

  @Test func fewWaitForOthersToStartWithBesideMany() throws {
    let harness = PolicyHarness(batchTokens: 1_000, delay: 10)
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
    #expect(harness.batch()?.items.count == 4, "a third of those under way")
    harness.submit([10])
    harness.now += 9
    #expect(harness.next() == .nothing)
    harness.now += 1
    #expect(harness.batch()?.items.count == 1, "the last start was a while ago")
  }

  @Test func onePassTakesNoMoreThanAnEighthOfTheBudget() throws {
    let harness = PolicyHarness(batchTokens: 800)
    harness.submit(Array(repeating: 10, count: 30))
    #expect(harness.batch()?.items.count == 10)
    harness.step()
    #expect(harness.batch()?.items.count == 10)
    harness.step()
    #expect(harness.batch()?.items.count == 10)
  }

  @Test func idleWorkersShareWhatWaits() throws {
    let harness = PolicyHarness(batchTokens: 1_000)
    harness.submit(Array(repeating: 10, count: 9))
    #expect(harness.batch(worker: 0, idle: 2)?.items.count == 5)
    #expect(harness.batch(worker: 1, idle: 1)?.items.count == 4)
  }

  @Test func theWorkerWithFewerRowsTakesWhatComes() throws {
    let harness = PolicyHarness(batchTokens: 2_000)
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

  @Test func alikeLengthsStartTogether() throws {
    let harness = PolicyHarness(batchTokens: 4_000)
    harness.submit([10, 200, 12, 210, 9, 16])
    #expect(harness.batch()?.items.map(\.length).sorted() == [9, 10, 12, 16])
    #expect(harness.batch()?.items.map(\.length).sorted() == [200, 210])
  }

  // MARK: Room

  @Test func theBudgetBoundsWhatIsUnderWay() throws {
    let harness = PolicyHarness(batchTokens: 400)
    harness.submit(Array(repeating: 20, count: 30))
    var batches: [PlannedBatch] = []
    while let batch = harness.batch() { batches.append(batch) }
    #expect(batches.map(\.paddedTokens) == Array(repeating: 40, count: 10))
    harness.finish(batches[1])
    harness.now += 10
    #expect(harness.batch()?.paddedTokens == 40)
    #expect(harness.next() == .nothing)
  }

  @Test func targetsThatGrowPastTheirSourcesTakeRoom() throws {
    let harness = PolicyHarness(batchTokens: 400)
    harness.submit(Array(repeating: 20, count: 10))
    while harness.batch() != nil { harness.now += 10 }
    harness.step(40)
    harness.now += 10
    harness.submit([20])
    #expect(harness.next() == .nothing, "ten rows are 40 tokens long by now")
    let fresh = PolicyHarness(batchTokens: 400)
    fresh.submit(Array(repeating: 20, count: 10))
    while fresh.batch() != nil { fresh.now += 10 }
    fresh.step(20)
    fresh.now += 10
    fresh.submit([20])
    #expect(fresh.batch() != nil)
  }

  @Test func whatIsOverMakesRoomThoughOthersStartedWithIt() throws {
    let harness = PolicyHarness(batchTokens: 400)
    for _ in 0..<12 {
      harness.submit(Array(repeating: 20, count: 2))
      harness.now += 10
      let batch = try #require(harness.batch())
      for item in batch.items.dropFirst() {
        harness.policy.left(item, worker: 0, after: 0, isGivenUp: false, now: harness.now)
      }
    }
    harness.submit([20])
    harness.now += 10
    #expect(harness.batch()?.items.count == 1)
  }

  @Test func rowsOfABeamCountEach() throws {
    let harness = PolicyHarness(batchTokens: 400)
    harness.submit(Array(repeating: 10, count: 4), rows: 4)
    #expect(harness.batch()?.items.count == 2)
    #expect(harness.policy.runningRows == 8)
  }

  @Test func longOnesLeaveAQuarterToShortOnes() throws {
    let harness = PolicyHarness(batchTokens: 400)
    harness.submit(Array(repeating: 100, count: 6))
    var long = 0
    while let batch = harness.batch() { long += batch.items.count }
    #expect(long == 3)
    harness.submit([10])
    harness.now += 10
    #expect(harness.batch()?.items.map(\.length) == [10])
  }

  @Test func shortOnesMakeRoomForALongOneThatHasWaitedItsTurn() throws {
    let harness = PolicyHarness(batchTokens: 400, turn: 100)
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

  @Test func longOnesThatKeepComingLeaveMoreThanAQuarter() throws {
    let harness = PolicyHarness(batchTokens: 400, turn: 100)
    harness.submit([150])
    while harness.batch() != nil {}
    harness.submit(Array(repeating: 10, count: 15))
    while harness.batch() != nil { harness.now += 10 }
    harness.submit([150])
    harness.now += 100
    let short = harness.submit(Array(repeating: 10, count: 5)).ids
    #expect(harness.batch()?.items.map(\.id) == short, "a long one is due, but more than a quarter is long already")
  }

  @Test func anItemOfAnySizeStartsWhereNoOtherLongOneIs() throws {
    let harness = PolicyHarness(batchTokens: 400)
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
    let harness = PolicyHarness()
    harness.submit([Int.max], rows: Int.max)
    harness.submit([Int.min], rows: Int.min, client: "other")
    #expect(Set(harness.runAll().flatMap { $0.items.map(\.tokens) }) == [1 << 40, 1])
  }

  // MARK: Kinds

  @Test func kindsAreNeverUnderWayTogether() throws {
    let harness = PolicyHarness(batchTokens: 1_000)
    harness.submit([10, 10], kind: 1)
    harness.submit([10, 10], kind: 2)
    let first = try #require(harness.batch())
    #expect(first.items.map(\.kind) == [1, 1])
    harness.now += 10
    #expect(harness.next() == .nothing)
    harness.finish(first)
    #expect(harness.batch()?.items.map(\.kind) == [2, 2])
  }

  @Test func aKindThatKeepsComingMakesWayForOneThatWaits() throws {
    let harness = PolicyHarness(batchTokens: 1_000, turn: 100)
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
    let harness = PolicyHarness(batchTokens: 1_000, turn: 100)
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

  @Test func drainingTakesNothingNewAndDoesNotWait() throws {
    let harness = PolicyHarness(batchTokens: 1_000, delay: 1_000)
    harness.submit(Array(repeating: 10, count: 9))
    let first = try #require(harness.batch())
    harness.submit([10])
    #expect(harness.next() == .nothing)
    harness.policy.drain()
    #expect(harness.submit([10]).refusal == .draining)
    let second = try #require(harness.batch())
    harness.finish(first)
    #expect(!harness.policy.isIdle)
    harness.finish(second)
    #expect(harness.policy.isIdle)
  }
}
