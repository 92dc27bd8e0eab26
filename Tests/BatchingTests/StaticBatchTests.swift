import Batching
import Testing

/// Whole batches, one after another.
@Suite struct StaticBatchTests {
  private func harness(batchTokens: Int = 100, delay: UInt64 = 10) -> SchedulerHarness {
    SchedulerHarness(mode: .whole, batchTokens: batchTokens, delay: delay)
  }

  @Test func batchIsFilledUpToItsPaddedBudget() throws {
    let harness = harness()
    harness.submit(Array(repeating: 10, count: 25))
    let batches = harness.runAll()
    #expect(batches.map(\.items.count) == [10, 10, 5])
    #expect(batches.allSatisfy { $0.paddedTokens <= 100 })
  }

  @Test func paddingCountsAgainstTheBudget() throws {
    let harness = harness(batchTokens: 60)
    harness.submit([8, 8, 8, 8, 8, 15, 15])
    // A row of 15 would make 6 × 15 = 90 of five rows of 8.
    #expect(harness.runAll().map { $0.items.map(\.length) } == [[8, 8, 8, 8, 8], [15, 15]])
  }

  @Test func eachRowOfABeamCounts() throws {
    let harness = harness()
    harness.submit(Array(repeating: 10, count: 4), rows: 4)
    #expect(harness.runAll().map(\.items.count) == [2, 2])
  }

  @Test func itemOverTheBudgetRunsAlone() throws {
    let harness = harness()
    harness.submit([500, 500, 10])
    #expect(harness.runAll().map { $0.items.map(\.length) } == [[500], [500], [10]])
  }

  @Test func oldestItemDecidesTheLengthClass() throws {
    let harness = harness(batchTokens: 1_000)
    harness.submit([10, 200, 12, 210, 9, 16])
    #expect(harness.runAll().map { $0.items.map(\.length).sorted() } == [[9, 10, 12, 16], [200, 210]])
  }

  @Test func idleWorkersShareTheQueue() throws {
    let harness = harness(batchTokens: 1_000)
    harness.submit(Array(repeating: 10, count: 9))
    #expect(harness.batch(worker: 0, idle: 2)?.items.count == 5)
    harness.now += 10
    #expect(harness.batch(worker: 1, idle: 1)?.items.count == 4)
  }

  @Test func nothingJoinsAStaticBatch() throws {
    let harness = harness()
    harness.submit([10])
    let first = try #require(harness.batch())
    harness.submit([10])
    harness.now += 1_000_000
    #expect(harness.next() == .nothing)
    harness.finish(first)
    #expect(harness.batch()?.items.count == 1)
  }

  // MARK: Waiting

  @Test func loneSubmissionStartsAtOnce() throws {
    let harness = harness()
    for _ in 0..<3 {
      harness.submit([10, 11])
      harness.finish(try #require(harness.batch()))
    }
  }

  @Test func severalSubmissionsWaitUpToTheDelay() throws {
    let harness = harness()
    harness.submit([10])
    harness.now += 1
    harness.submit([10])
    #expect(harness.next() == .wait(until: 1_010))
    harness.now = 1_009
    #expect(harness.next() == .wait(until: 1_010))
    harness.now = 1_010
    #expect(harness.batch()?.items.count == 2)
  }

  @Test func batchWaitsWhileAnotherWorkerIsBusy() throws {
    let harness = harness()
    harness.submit([10])
    #expect(harness.batch(worker: 0, idle: 2) != nil)
    harness.submit([10])
    #expect(harness.next(worker: 1) == .wait(until: 1_010))
  }

  @Test func batchWaitsAfterASharedBatch() throws {
    let harness = harness()
    harness.submit([10])
    harness.submit([10])
    harness.now += 10
    harness.finish(try #require(harness.batch()))
    harness.submit([10])
    #expect(harness.next() == .wait(until: 1_020))
    harness.now += 10
    harness.finish(try #require(harness.batch()))
    harness.submit([10])
    #expect(harness.batch() != nil, "a client that turned out to be alone does not wait again")
  }

  @Test func fullBatchDoesNotWait() throws {
    let harness = harness(batchTokens: 30)
    harness.submit([10, 10])
    harness.submit([10])
    #expect(harness.batch()?.items.count == 3)
  }

  @Test func delayPastTheEndOfTheClockDoesNotTrap() throws {
    let harness = harness(delay: .max)
    harness.submit([10])
    harness.submit([10])
    #expect(harness.next() == .wait(until: .max))
  }

  @Test func drainDoesNotWait() throws {
    let harness = harness()
    harness.submit([10])
    harness.submit([10])
    harness.scheduler.drain()
    #expect(harness.batch()?.items.count == 2)
  }
}
