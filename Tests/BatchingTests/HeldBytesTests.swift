import Batching
import Testing

/// The bytes that items hold beside their tokens.
@Suite struct HeldBytesTests {
  @Test func itemsStartWithinTheBytesOfAWorker() throws {
    let harness = SchedulerHarness(batchTokens: 10_000, batchHeldBytes: 1_000)
    harness.submit(Array(repeating: 10, count: 6), heldBytes: 300)
    let first = try #require(harness.batch())
    #expect(first.items.count == 1)
    harness.now += 10
    let second = try #require(harness.batch(), "two of 300 leave the quarter for others")
    harness.now += 10
    #expect(harness.next() == .nothing)
    harness.finish(second)
    #expect(harness.batch()?.items.count == 1)
  }

  @Test func textStartsBesideHeldBytes() throws {
    let harness = SchedulerHarness(batchTokens: 10_000, batchHeldBytes: 1_000)
    harness.submit([10], heldBytes: 900)
    _ = try #require(harness.batch())
    harness.submit(Array(repeating: 10, count: 8))
    harness.now += 10
    #expect(harness.batch()?.items.count == 8)
  }

  @Test func itemAboveTheLimitStartsAlone() throws {
    let harness = SchedulerHarness(batchTokens: 10_000, batchHeldBytes: 1_000)
    let ids = harness.submit([10, 10], heldBytes: .max).ids
    for id in ids {
      let batch = try #require(harness.batch())
      #expect(batch.items.map(\.id) == [id])
      harness.finish(batch)
    }
  }

  @Test func staticBatchKeepsTheLimit() throws {
    let harness = SchedulerHarness(mode: .whole, batchTokens: 10_000, batchHeldBytes: 1_000)
    harness.submit(Array(repeating: 10, count: 5), heldBytes: 400)
    #expect(harness.runAll().map(\.items.count) == [2, 2, 1])
  }
}
