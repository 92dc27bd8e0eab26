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

  /// A stream of narrow ones leaves no place for it until it has waited its turn, short or long.
  @Test(arguments: [6, 10], [3, 4, 16]) func aWideItemStartsInTheEnd(length: Int, rows: Int) throws {
    let harness = PolicyHarness(batchTokens: 1_600, rows: [4], turn: 100)
    harness.submit([10, 10, 10, 10])
    let running = try #require(harness.batch()).items
    let wide = harness.submit([length], rows: rows).ids
    #expect(starts(wide, on: harness, beside: running) { harness.submit([10]) })
  }

  /// Long ones of ordinary size keep coming; it does not fit beside any of them.
  @Test func oneTooLongToShareStartsInTheEnd() {
    let harness = PolicyHarness(batchTokens: 2_048, rows: [32], turn: 50)
    for _ in 0..<6 { harness.submit([40], rows: 4) }
    var running: [BatchItem] = []
    while let batch = harness.batch() {
      running += batch.items
      harness.now += 10
    }
    let long = harness.submit([400], rows: 4, client: "other").ids
    #expect(starts(long, on: harness, beside: running) { harness.submit([40], rows: 4) })
  }

  /// Whether an item starts while for each one that ends another comes.
  private func starts(
    _ ids: [UInt64], on harness: PolicyHarness, beside first: [BatchItem], next: () -> Void
  ) -> Bool {
    var running = first
    for _ in 0..<100 where !running.isEmpty {
      harness.now += 20
      next()
      harness.policy.left(running.removeFirst(), worker: 0, after: 0, isGivenUp: false, now: harness.now)
      while let batch = harness.batch() { running += batch.items }
      if running.contains(where: { ids.contains($0.id) }) { return true }
    }
    return false
  }

  @Test func shortOnesGoOnBesideAWideOne() throws {
    let harness = PolicyHarness(batchTokens: 10_000, rows: [8])
    harness.submit([100], rows: 20)
    _ = try #require(harness.batch())
    harness.submit(Array(repeating: 10, count: 5))
    harness.now += 10
    #expect(harness.batch()?.items.count == 2, "a quarter of eight")
    #expect(harness.batch() == nil)
  }

  /// The other worker's rows are not held up by what this one makes room for.
  @Test func oneWorkerMakesRoom() throws {
    let harness = PolicyHarness(batchTokens: 1_600, rows: [4], turn: 100)
    harness.submit(Array(repeating: 10, count: 8))
    let batches = [try #require(harness.batch(worker: 0, idle: 2)), try #require(harness.batch(worker: 1))]
    harness.submit([10], rows: 16)
    harness.now += 200
    harness.submit(Array(repeating: 10, count: 8))
    for worker in 0...1 {
      for item in batches[worker].items.prefix(2) {
        harness.policy.left(item, worker: worker, after: 0, isGivenUp: false, now: harness.now)
      }
    }
    #expect([0, 1].map { harness.batch(worker: $0)?.rows } == [nil, 2])
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
