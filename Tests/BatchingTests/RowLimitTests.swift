import Batching
import Testing

/// The number of rows in flight at once.
@Suite struct RowLimitTests {
  @Test func workerKeepsItsRowLimit() throws {
    let harness = SchedulerHarness(batchTokens: 10_000, rows: [6])
    harness.submit(Array(repeating: 10, count: 20))
    let first = try #require(harness.batch())
    #expect(first.items.count == 6)
    harness.now += 10
    #expect(harness.next() == .nothing)
    for item in first.items.prefix(2) {
      harness.scheduler.finish(item, worker: 0, residenceNanoseconds: 0, wasCancelled: false, now: 0)
    }
    #expect(harness.batch()?.items.count == 2)
    #expect(harness.scheduler.runningRows == 6)
  }

  @Test func freedRowsMustBeWorthAPass() throws {
    let harness = SchedulerHarness(batchTokens: 10_000, rows: [12])
    harness.submit(Array(repeating: 10, count: 30))
    let first = try #require(harness.batch())
    for item in first.items.prefix(2) {
      harness.scheduler.finish(item, worker: 0, residenceNanoseconds: 0, wasCancelled: false, now: 0)
    }
    #expect(harness.next() == .nothing, "two free rows beside ten")
    harness.scheduler.finish(first.items[2], worker: 0, residenceNanoseconds: 0, wasCancelled: false, now: 0)
    #expect(harness.batch()?.items.count == 3)
  }

  @Test func eachKindHasItsOwnLimit() throws {
    let harness = SchedulerHarness(batchTokens: 10_000, rows: [4, 8])
    for (kind, rows) in [(0, 4), (1, 8), (2, 20)] {
      harness.submit(Array(repeating: 10, count: 20), kind: kind)
      let batch = try #require(harness.batch())
      #expect(batch.items.count == rows)
      harness.finish(batch)
      harness.scheduler = SchedulerHarness(batchTokens: 10_000, rows: [4, 8]).scheduler
    }
  }

  @Test func itemWiderThanTheLimitRunsAlone() throws {
    let harness = SchedulerHarness(batchTokens: 10_000, rows: [4], turn: 100)
    let wide = harness.submit([100, 100], rows: 16).ids
    for id in wide {
      let batch = try #require(harness.batch())
      #expect(batch.items.map(\.id) == [id])
      harness.finish(batch)
    }
  }

  /// A steady stream of narrow items leaves no capacity for the wide one until it is overdue, short or long.
  @Test(arguments: [6, 10], [3, 4, 16]) func aWideItemStartsInTheEnd(length: Int, rows: Int) throws {
    let harness = SchedulerHarness(batchTokens: 1_600, rows: [4], turn: 100)
    harness.submit([10, 10, 10, 10])
    let running = try #require(harness.batch()).items
    let wide = harness.submit([length], rows: rows).ids
    #expect(starts(wide, on: harness, beside: running) { harness.submit([10]) })
  }

  /// Long items keep coming; the longest does not fit beside any of them.
  @Test func itemTooLongToShareStartsInTheEnd() {
    let harness = SchedulerHarness(batchTokens: 2_048, rows: [32], turn: 50)
    for _ in 0..<6 { harness.submit([40], rows: 4) }
    var running: [BatchItem] = []
    while let batch = harness.batch() {
      running += batch.items
      harness.now += 10
    }
    let long = harness.submit([400], rows: 4, client: "other").ids
    #expect(starts(long, on: harness, beside: running) { harness.submit([40], rows: 4) })
  }

  /// Whether an item starts while each finished item is replaced by another.
  private func starts(
    _ ids: [UInt64], on harness: SchedulerHarness, beside first: [BatchItem], next: () -> Void
  ) -> Bool {
    var running = first
    for _ in 0..<100 where !running.isEmpty {
      harness.now += 20
      next()
      harness.scheduler.finish(
        running.removeFirst(), worker: 0, residenceNanoseconds: 0, wasCancelled: false, now: harness.now)
      while let batch = harness.batch() { running += batch.items }
      if running.contains(where: { ids.contains($0.id) }) { return true }
    }
    return false
  }

  @Test func shortItemsContinueBesideAWideItem() throws {
    let harness = SchedulerHarness(batchTokens: 10_000, rows: [8])
    harness.submit([100], rows: 20)
    _ = try #require(harness.batch())
    harness.submit(Array(repeating: 10, count: 5))
    harness.now += 10
    #expect(harness.batch()?.items.count == 2, "a quarter of eight")
    #expect(harness.batch() == nil)
  }

  @Test(arguments: [(8, 2), (12, 4), (16, 4), (32, 8)])
  func reservedRowsStartBesideAWideItem(limit: Int, reserved: Int) throws {
    let harness = SchedulerHarness(batchTokens: 10_000, rows: [limit])
    harness.submit([100], rows: 2 * limit)
    _ = try #require(harness.batch())
    harness.submit([10], rows: reserved)
    harness.submit([10])
    harness.now += 10
    let rows = (harness.batch()?.items ?? []).map(\.rows)
    #expect(rows == [reserved])
  }

  @Test func singleRowStaysTheLimit() {
    #expect(BatchLimits.reservedRows(of: 1) == 0)
  }

  /// The other worker continues to start items.
  @Test func oneWorkerDrainsForAnOverdueItem() throws {
    let harness = SchedulerHarness(batchTokens: 1_600, rows: [4], turn: 100)
    harness.submit(Array(repeating: 10, count: 8))
    let batches = [try #require(harness.batch(worker: 0, idle: 2)), try #require(harness.batch(worker: 1))]
    harness.submit([10], rows: 16)
    harness.now += 200
    harness.submit(Array(repeating: 10, count: 8))
    for worker in 0...1 {
      for item in batches[worker].items.prefix(2) {
        harness.scheduler.finish(item, worker: worker, residenceNanoseconds: 0, wasCancelled: false, now: harness.now)
      }
    }
    #expect([0, 1].map { harness.batch(worker: $0)?.rows } == [nil, 2])
  }

  @Test func longItemsLeaveAQuarterOfTheRows() throws {
    let harness = SchedulerHarness(batchTokens: 8_000, rows: [8])
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

  @Test func staticBatchKeepsTheRowLimit() throws {
    let harness = SchedulerHarness(mode: .whole, batchTokens: 10_000, rows: [6])
    harness.submit(Array(repeating: 10, count: 20))
    #expect(harness.runAll().map(\.rows) == [6, 6, 6, 2])
  }
}
