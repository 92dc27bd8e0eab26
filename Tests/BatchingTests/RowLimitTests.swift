import Batching
import Testing

/// How many rows are under way at once.
@Suite struct RowLimitTests {
  @Test func aWorkerHasNoMoreRowsThanItsLimit() throws {
    let harness = PolicyHarness(batchTokens: 10_000, rows: [6])
    harness.submit(Array(repeating: 10, count: 20))
    let first = try #require(harness.batch())
    #expect(first.items.count == 6)
    harness.now += 10
    #expect(harness.next() == .nothing)
    for item in first.items.prefix(2) { harness.policy.left(item, worker: 0, after: 0, isGivenUp: false, now: 0) }
    #expect(harness.batch()?.items.count == 2)
    #expect(harness.policy.runningRows == 6)
  }

  @Test func whatHasLeftMustBeWorthAPass() throws {
    let harness = PolicyHarness(batchTokens: 10_000, rows: [12])
    harness.submit(Array(repeating: 10, count: 30))
    let first = try #require(harness.batch())
    for item in first.items.prefix(2) { harness.policy.left(item, worker: 0, after: 0, isGivenUp: false, now: 0) }
    #expect(harness.next() == .nothing, "two places beside ten")
    harness.policy.left(first.items[2], worker: 0, after: 0, isGivenUp: false, now: 0)
    #expect(harness.batch()?.items.count == 3)
  }

  @Test func eachKindHasItsOwnLimit() throws {
    let harness = PolicyHarness(batchTokens: 10_000, rows: [4, 8])
    for (kind, rows) in [(0, 4), (1, 8), (2, 20)] {
      harness.submit(Array(repeating: 10, count: 20), kind: kind)
      let batch = try #require(harness.batch())
      #expect(batch.items.count == rows)
      harness.finish(batch)
      harness.policy = PolicyHarness(batchTokens: 10_000, rows: [4, 8]).policy
    }
  }

  @Test func anItemOfMoreRowsThanTheLimitRunsAlone() throws {
    let harness = PolicyHarness(batchTokens: 10_000, rows: [4], turn: 100)
    let wide = harness.submit([100, 100], rows: 16).ids
    for id in wide {
      let batch = try #require(harness.batch())
      #expect(batch.items.map(\.id) == [id])
      harness.finish(batch)
    }
  }

  /// A stream of narrow ones leaves no place for it until it has waited its turn.
  @Test func anItemOfMoreRowsThanTheLimitStartsInTheEnd() throws {
    let harness = PolicyHarness(batchTokens: 1_600, rows: [4], turn: 100)
    harness.submit([10, 10, 10, 10])
    var running = try #require(harness.batch()).items
    let wide = harness.submit([10], rows: 16).ids
    for _ in 0..<50 {
      harness.now += 20
      harness.submit([10])
      harness.policy.left(running.removeFirst(), worker: 0, after: 0, isGivenUp: false, now: harness.now)
      while let batch = harness.batch() { running += batch.items }
      if running.contains(where: { wide.contains($0.id) }) { return }
    }
    Issue.record("it never started")
  }

  @Test func longOnesLeaveAQuarterOfTheRows() throws {
    let harness = PolicyHarness(batchTokens: 8_000, rows: [8])
    harness.submit(Array(repeating: 600, count: 10))
    var long = 0
    while let batch = harness.batch() {
      long += batch.items.count
      harness.now += 10
    }
    #expect(long == 6)
    harness.submit([10, 10, 10])
    #expect(harness.batch()?.items.map(\.length) == [10, 10])
  }

  @Test func aStaticBatchKeepsToItToo() throws {
    let harness = PolicyHarness(mode: .whole, batchTokens: 10_000, rows: [6])
    harness.submit(Array(repeating: 10, count: 20))
    #expect(harness.runAll().map(\.rows) == [6, 6, 6, 2])
  }
}
