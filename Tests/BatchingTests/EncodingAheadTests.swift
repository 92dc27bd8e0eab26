import Batching
import Testing

/// Rows that are encoded before there is room for them to step.
@Suite struct EncodingAheadTests {
  private func harness(rows: Int = 12) -> PolicyHarness {
    PolicyHarness(batchTokens: 10_000, rows: [rows], workers: 1)
  }

  @Test func whereManySmallOnesWaitTwiceAsManyAreUnderWay() throws {
    let harness = harness()
    for _ in 0..<60 { harness.submit([10]) }
    #expect(harness.batch()?.items.count == 24)
    #expect(harness.next() == .nothing)
  }

  @Test func theyComeInPassesOfThatMany() throws {
    let harness = harness()
    for _ in 0..<60 { harness.submit([10]) }
    let first = try #require(harness.batch())
    for (index, item) in first.items.prefix(12).enumerated() {
      #expect(harness.next() == .nothing, "\(24 - index) under way")
      harness.policy.left(item, worker: 0, after: 0, isGivenUp: false, now: harness.now)
    }
    #expect(harness.batch()?.items.count == 12)
  }

  @Test func notForASingleLargeOne() throws {
    let harness = harness()
    harness.submit(Array(repeating: 100, count: 60))
    #expect(harness.batch()?.items.count == 12)
    #expect(harness.next() == .nothing)
  }

  @Test func notWhereFewWait() throws {
    let harness = harness()
    for _ in 0..<11 { harness.submit([10]) }
    let first = try #require(harness.batch())
    #expect(first.items.count == 11)
    for _ in 0..<11 { harness.submit([10]) }
    harness.now += 1_000
    #expect(harness.batch()?.items.count == 1)
    #expect(harness.policy.runningRows == 12)
  }

  /// Whoever has left the queue, or has had a first turn, is none of those that wait for one.
  @Test func thoseThatLeftDoNotCount() throws {
    let harness = harness()
    let ids = (0..<20).flatMap { _ in harness.submit([10]).ids }
    for id in ids.suffix(9) { harness.policy.remove(id, now: harness.now) }
    #expect(harness.batch()?.items.count == 11)
    for _ in 0..<12 { harness.submit([10]) }
    harness.now += 1_000
    #expect(harness.batch()?.items.count == 12)
  }

  @Test func notInStaticBatches() {
    let harness = PolicyHarness(mode: .whole, batchTokens: 10_000, rows: [12], workers: 1)
    for _ in 0..<30 { harness.submit([10]) }
    harness.now += 1_000
    #expect(harness.runAll().map(\.rows) == [12, 12, 6])
  }

  @Test func notWithoutALimit() throws {
    let harness = PolicyHarness(batchTokens: 320, rows: [], workers: 1)
    for _ in 0..<60 { harness.submit([10]) }
    #expect(try #require(harness.batch()).items.count <= 32)
  }
}
