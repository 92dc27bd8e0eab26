import Batching
import Testing

@Suite struct BatchPolicyTests {
  // MARK: Budget and grouping

  @Test func fillsABatchUpToItsPaddedBudget() throws {
    let harness = PolicyHarness(batchTokens: 100)
    harness.submit(Array(repeating: 10, count: 25))
    let batches = harness.runAll()
    #expect(batches.map(\.items.count) == [10, 10, 5])
    #expect(batches.allSatisfy { $0.paddedTokens <= 100 })
  }

  @Test func paddingCountsAgainstTheBudget() throws {
    let harness = PolicyHarness(batchTokens: 60)
    harness.submit([8, 8, 8, 8, 8, 15, 15])
    let batches = harness.runAll()
    // A row of 15 would make 6 × 15 = 90 of five rows of 8.
    #expect(batches.map { $0.items.map(\.length) } == [[8, 8, 8, 8, 8], [15, 15]])
  }

  @Test func rowsOfABeamCountEach() throws {
    let harness = PolicyHarness(batchTokens: 100)
    harness.submit(Array(repeating: 10, count: 4), rows: 4)
    #expect(harness.runAll().map(\.items.count) == [2, 2])
  }

  @Test func anItemOverTheBudgetRunsAlone() throws {
    let harness = PolicyHarness(batchTokens: 100)
    harness.submit([500, 500, 10])
    #expect(harness.runAll().map { $0.items.map(\.length) } == [[500], [500], [10]])
  }

  @Test func theOldestDecidesTheLengthClassAndSimilarOnesJoin() throws {
    let harness = PolicyHarness(batchTokens: 1_000)
    harness.submit([10, 200, 12, 210, 9, 16])
    #expect(harness.runAll().map { $0.items.map(\.length).sorted() } == [[9, 10, 12, 16], [200, 210]])
  }

  @Test func kindsNeverShareABatch() throws {
    let harness = PolicyHarness(batchTokens: 1_000)
    harness.submit([10, 10], kind: 1)
    harness.submit([10, 10], kind: 2)
    harness.now += 10
    #expect(harness.runAll().map { $0.items.map(\.kind) } == [[1, 1], [2, 2]])
  }

  @Test func idleWorkersShareWhatWaits() throws {
    let harness = PolicyHarness(batchTokens: 1_000)
    harness.submit(Array(repeating: 10, count: 9))
    #expect(harness.batch(idleWorkers: 2)?.items.count == 5)
    harness.now += 10
    #expect(harness.batch(idleWorkers: 1)?.items.count == 4)
    #expect(harness.next(idleWorkers: 0) == .nothing)
  }

  @Test func sizesOutOfRangeAreClamped() throws {
    let harness = PolicyHarness()
    harness.submit([Int.max, Int.min, 0], rows: Int.max)
    #expect(harness.runAll().map { $0.items.map(\.length) } == [[1 << 24], [1], [1]])
  }

  // MARK: Waiting

  @Test func aLoneSubmissionStartsAtOnce() throws {
    let harness = PolicyHarness()
    for _ in 0..<3 {
      harness.submit([10, 11])
      let batch = try #require(harness.batch())
      harness.policy.finished(batch)
    }
  }

  @Test func submissionsTogetherWaitForMoreButNotLongerThanTheDelay() throws {
    let harness = PolicyHarness(delay: 10)
    harness.submit([10])
    harness.now += 1
    harness.submit([10])
    #expect(harness.next() == .wait(until: 1_010))
    harness.now = 1_009
    #expect(harness.next() == .wait(until: 1_010))
    harness.now = 1_010
    #expect(harness.batch()?.items.count == 2)
  }

  @Test func waitsWhileAnotherWorkerIsBusy() throws {
    let harness = PolicyHarness(delay: 10)
    harness.submit([10])
    #expect(harness.batch(idleWorkers: 2) != nil)
    harness.submit([10])
    #expect(harness.next(idleWorkers: 1) == .wait(until: 1_010))
  }

  @Test func waitsAfterABatchOfSeveralSubmissions() throws {
    let harness = PolicyHarness(delay: 10)
    harness.submit([10])
    harness.submit([10])
    harness.now += 10
    let shared = try #require(harness.batch())
    harness.policy.finished(shared)
    harness.submit([10])
    #expect(harness.next() == .wait(until: 1_020))
    harness.now += 10
    let alone = try #require(harness.batch())
    harness.policy.finished(alone)
    harness.submit([10])
    #expect(harness.batch() != nil, "a client that turned out to be alone does not wait again")
  }

  @Test func aFullBatchDoesNotWait() throws {
    let harness = PolicyHarness(batchTokens: 30, delay: 10)
    harness.submit([10, 10])
    harness.submit([10])
    #expect(harness.batch()?.items.count == 3)
  }

  @Test func aDelayPastTheEndOfTheClockDoesNotTrap() throws {
    let harness = PolicyHarness(delay: .max)
    harness.submit([10])
    harness.submit([10])
    #expect(harness.next() == .wait(until: .max))
  }

  // MARK: Fairness

  @Test func anOddLengthIsNotPassedOverForever() throws {
    let harness = PolicyHarness(batchTokens: 100)
    harness.submit(Array(repeating: 10, count: 10))
    let odd = harness.submit([90]).ids
    var batchesBefore = 0
    while let batch = harness.batch() {
      harness.policy.finished(batch)
      if batch.items.map(\.id) == odd { break }
      batchesBefore += 1
      harness.submit(Array(repeating: 10, count: 10))
      harness.now += 10
    }
    #expect(batchesBefore == 1)
  }

  @Test func withinAClassTheOldestGoFirst() throws {
    let harness = PolicyHarness(batchTokens: 40)
    let ids = harness.submit(Array(repeating: 10, count: 12)).ids
    #expect(harness.runAll().flatMap { $0.items.map(\.id) } == ids)
  }

  // MARK: Bounds, cancellation, drain

  @Test func refusesWhatWouldExceedTheQueueInItems() throws {
    let harness = PolicyHarness(queuedItems: 3)
    #expect(harness.submit([1, 1]).refusal == nil)
    #expect(harness.submit([1, 1]).refusal == .queueFull)
    #expect(harness.submit([1]).refusal == nil)
    #expect(harness.policy.queuedItems == 3)
  }

  @Test func refusesWhatWouldExceedTheQueueInTokens() throws {
    let harness = PolicyHarness(queuedTokens: 100)
    #expect(harness.submit([20], rows: 4).refusal == nil)
    #expect(harness.submit([21]).refusal == .queueFull)
    #expect(harness.submit([20]).refusal == nil)
    #expect(harness.policy.queuedTokens == 100)
  }

  @Test func anEmptyQueueTakesASubmissionOfAnySize() throws {
    let harness = PolicyHarness(queuedItems: 3, queuedTokens: 10)
    #expect(harness.submit(Array(repeating: 50, count: 20)).refusal == nil)
    #expect(harness.submit([1]).refusal == .queueFull)
  }

  @Test func whatIsRemovedDoesNotRunAndFreesItsPlace() throws {
    let harness = PolicyHarness(queuedItems: 3)
    let ids = harness.submit([10, 10, 10]).ids
    harness.policy.remove(ids[1])
    harness.policy.remove(ids[1])
    harness.policy.remove(999)
    #expect(harness.policy.queuedItems == 2)
    #expect(harness.policy.queuedTokens == 20)
    #expect(harness.submit([10]).refusal == nil)
    harness.now += 10
    #expect(harness.batch()?.items.map(\.id) == [ids[0], ids[2], 4])
  }

  @Test func manyRemovalsFromTheMiddleLeaveTheRestInOrder() throws {
    let harness = PolicyHarness(batchTokens: 10_000)
    let ids = harness.submit(Array(repeating: 10, count: 1_000)).ids
    for id in ids where id % 10 != 0 { harness.policy.remove(id) }
    #expect(harness.runAll().flatMap { $0.items.map(\.id) } == ids.filter { $0 % 10 == 0 })
    #expect(harness.policy.queuedTokens == 0)
    #expect(harness.policy.isIdle)
  }

  @Test func drainingTakesNothingNewAndDoesNotWait() throws {
    let harness = PolicyHarness(delay: 10)
    harness.submit([10])
    harness.submit([10])
    harness.policy.drain()
    #expect(harness.submit([10]).refusal == .draining)
    let batch = try #require(harness.batch())
    #expect(batch.items.count == 2)
    #expect(!harness.policy.isIdle)
    harness.policy.finished(batch)
    #expect(harness.policy.isIdle)
  }
}
