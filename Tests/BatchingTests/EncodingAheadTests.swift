import Batching
import Testing

/// Rows that are encoded before they can step.
@Suite struct EncodingAheadTests {
  private func harness(rows: Int = 12) -> SchedulerHarness {
    SchedulerHarness(batchTokens: 10_000, rows: [rows], workers: 1)
  }

  @Test func manySmallSubmissionsAreEncodedAhead() throws {
    let harness = harness()
    for _ in 0..<60 { harness.submit([10]) }
    #expect(harness.batch()?.items.count == 24)
    #expect(harness.next() == .nothing)
  }

  @Test func itemsEncodedAheadComeInPassesOfTheRowLimit() throws {
    let harness = harness()
    for _ in 0..<60 { harness.submit([10]) }
    let first = try #require(harness.batch())
    for (index, item) in first.items.prefix(12).enumerated() {
      #expect(harness.next() == .nothing, "\(24 - index) in flight")
      harness.scheduler.finish(item, worker: 0, residenceNanoseconds: 0, wasCancelled: false, now: harness.now)
    }
    #expect(harness.batch()?.items.count == 12)
  }

  @Test func nothingIsEncodedAheadForOneLargeSubmission() throws {
    let harness = harness()
    harness.submit(Array(repeating: 100, count: 60))
    #expect(harness.batch()?.items.count == 12)
    #expect(harness.next() == .nothing)
  }

  @Test func nothingIsEncodedAheadWhileFewWait() throws {
    let harness = harness()
    for _ in 0..<11 { harness.submit([10]) }
    let first = try #require(harness.batch())
    #expect(first.items.count == 11)
    for _ in 0..<11 { harness.submit([10]) }
    harness.now += 1_000
    #expect(harness.batch()?.items.count == 1)
    #expect(harness.scheduler.runningRows == 12)
  }

  /// Only submissions that wait for their first turn count.
  @Test func submissionsThatLeftDoNotCount() throws {
    let harness = harness()
    let ids = (0..<20).flatMap { _ in harness.submit([10]).ids }
    for id in ids.suffix(9) { harness.scheduler.remove(id, now: harness.now) }
    #expect(harness.batch()?.items.count == 11)
    for _ in 0..<12 { harness.submit([10]) }
    harness.now += 1_000
    #expect(harness.batch()?.items.count == 12)
  }

  @Test func nothingIsEncodedAheadInStaticBatches() {
    let harness = SchedulerHarness(mode: .whole, batchTokens: 10_000, rows: [12], workers: 1)
    for _ in 0..<30 { harness.submit([10]) }
    harness.now += 1_000
    #expect(harness.runAll().map(\.rows) == [12, 12, 6])
  }

  @Test func nothingIsEncodedAheadWithoutARowLimit() throws {
    let harness = SchedulerHarness(batchTokens: 320, rows: [], workers: 1)
    for _ in 0..<60 { harness.submit([10]) }
    #expect(try #require(harness.batch()).items.count <= 32)
  }
}
