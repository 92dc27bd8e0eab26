import Batching
import Testing

/// The order of turns, and the bound on waiting work per client.
@Suite struct FairnessTests {
  /// Number of sentences of one client that start before the first of another.
  private func ahead(of other: [UInt64], _ harness: SchedulerHarness) -> Int {
    var before = 0
    while let batch = harness.batch() {
      if batch.items.contains(where: { other.contains($0.id) }) { return before }
      before += batch.items.count
      harness.finish(batch)
    }
    return before
  }

  @Test func hugeSubmissionDoesNotDelayAnother() throws {
    let harness = SchedulerHarness(batchTokens: 400)
    harness.submit(Array(repeating: 10, count: 5_000), client: "a")
    #expect(ahead(of: harness.submit([10], client: "b").ids, harness) <= 10)
    #expect(ahead(of: harness.submit([10], client: "a").ids, harness) <= 10, "nor one of the same client")
  }

  @Test func sentenceGoesBeforeAPage() throws {
    let harness = SchedulerHarness(batchTokens: 640)
    harness.submit(Array(repeating: 10, count: 100), client: "a")
    harness.submit(Array(repeating: 10, count: 100), client: "b")
    #expect(ahead(of: harness.submit([20], client: "a").ids, harness) == 0)
    #expect(ahead(of: harness.submit([10, 10], rows: 4, client: "c").ids, harness) == 0, "its hypotheses do not count")
    harness.submit([10, 11], client: "d")
    let small = harness.submit([10], client: "e").ids
    #expect(harness.batch()?.items.first?.id == small.first, "more than half a turn is not small")
  }

  @Test func sentencesLeaveAQuarterToPages() throws {
    let harness = SchedulerHarness(batchTokens: 640)
    let page = Set(harness.submit(Array(repeating: 10, count: 400)).ids)
    var tokens = (page: 0, all: 0)
    for _ in 0..<200 {
      for _ in 0..<10 { harness.submit([10]) }
      let batch = try #require(harness.batch())
      tokens.all += batch.tokens
      tokens.page += batch.items.filter { page.contains($0.id) }.count * 10
      harness.finish(batch)
    }
    #expect((0.22...0.3).contains(Double(tokens.page) / Double(tokens.all)), "\(tokens)")
  }

  @Test func clientWithManySentencesDoesNotDelayAnother() throws {
    let harness = SchedulerHarness(batchTokens: 640)
    for _ in 0..<1_000 { harness.submit([10], client: "many") }
    #expect(ahead(of: harness.submit([10], client: "one").ids, harness) <= 16)
  }

  @Test func clientsGetEqualSharesOfTokens() throws {
    let harness = SchedulerHarness(batchTokens: 640)
    for _ in 0..<10 { harness.submit(Array(repeating: 10, count: 100), client: "many") }
    harness.submit(Array(repeating: 10, count: 1_000), client: "one")
    harness.submit(Array(repeating: 10, count: 250), rows: 4, client: "wide")
    var tokens: [String: Int] = [:]
    while tokens.values.reduce(0, +) < 15_000, let batch = harness.batch() {
      for item in batch.items { tokens[item.client, default: 0] += item.tokens }
      harness.finish(batch)
    }
    #expect(tokens.count == 3)
    for (client, count) in tokens { #expect((4_500...5_500).contains(count), "\(client) got \(count)") }
  }

  @Test func backgroundWorkHasALesserShare() throws {
    let harness = SchedulerHarness(batchTokens: 640)
    harness.submit(Array(repeating: 10, count: 4_000), client: "jobs", isBackground: true)
    harness.submit(Array(repeating: 10, count: 4_000), client: "one")
    var tokens: [String: Int] = [:]
    while tokens.values.reduce(0, +) < 15_000, let batch = harness.batch() {
      for item in batch.items { tokens[item.client, default: 0] += item.tokens }
      harness.finish(batch)
    }
    #expect((2_500...3_500).contains(tokens["jobs"] ?? 0), "\(tokens), expected one part of five")
    #expect(ahead(of: harness.submit([10], client: "other").ids, harness) == 0, "a sentence goes first")
    // Without others it has everything.
    let alone = SchedulerHarness(batchTokens: 640)
    alone.submit([10], client: "jobs", isBackground: true)
    #expect(alone.batch()?.items.count == 1)
  }

  @Test func smallBackgroundWorkHasNoFirstTurn() throws {
    let harness = SchedulerHarness(batchTokens: 640)
    harness.submit(Array(repeating: 10, count: 1_000), client: "page")
    let job = harness.submit([10], client: "jobs", isBackground: true).ids
    let sentence = harness.submit([10], client: "other").ids
    let order = try #require(harness.batch()).items.map(\.id)
    #expect(order.first == sentence.first)
    #expect(order.dropFirst().first != job.first, "it comes after the page's turn")
  }

  @Test func oddLengthStartsInTheEnd() throws {
    let harness = SchedulerHarness(batchTokens: 400)
    harness.submit(Array(repeating: 10, count: 10), client: "a")
    let odd = harness.submit([90], client: "b").ids
    var batchesBefore = 0
    while let batch = harness.batch() {
      harness.finish(batch)
      if batch.items.map(\.id) == odd { break }
      batchesBefore += 1
      harness.submit(Array(repeating: 10, count: 10), client: "a")
    }
    #expect(batchesBefore <= 10)
  }

  @Test func submissionStartsInOrder() throws {
    let harness = SchedulerHarness(batchTokens: 160)
    let ids = harness.submit(Array(repeating: 10, count: 12)).ids
    #expect(harness.runAll().flatMap { $0.items.map(\.id) } == ids)
  }

  @Test func everythingStartsInTheEnd() throws {
    let harness = SchedulerHarness(batchTokens: 300)
    var ids: Set<UInt64> = []
    for round in 0..<200 {
      let lengths = (0..<(1 + round % 7)).map { 1 + (round * 31 + $0 * 57) % 120 }
      ids.formUnion(harness.submit(lengths, kind: round % 2, client: "\(round % 5)").ids)
    }
    let started = harness.runAll().flatMap { $0.items.map(\.id) }
    #expect(started.count == ids.count)
    #expect(Set(started) == ids)
    #expect(harness.scheduler.isIdle && harness.scheduler.queuedTokens == 0)
  }

  // MARK: Bounds

  private func isFull(_ refusal: BatchFailure?) -> Bool {
    if case .queueFull = refusal { return true }
    return false
  }

  @Test func queueIsBoundedInItems() throws {
    let harness = SchedulerHarness(queuedItems: 4)
    #expect(harness.submit([1, 1], client: "a").refusal == nil)
    #expect(isFull(harness.submit([1, 1], client: "a").refusal), "one client can use three quarters")
    #expect(harness.submit([1], client: "a").refusal == nil)
    #expect(isFull(harness.submit([1, 1], client: "b").refusal))
    #expect(harness.submit([1], client: "b").refusal == nil)
    #expect(harness.scheduler.queuedItems == 4)
  }

  @Test func queueIsBoundedInTokens() throws {
    let harness = SchedulerHarness(queuedTokens: 100)
    #expect(harness.submit([15], rows: 4, client: "a").refusal == nil)
    #expect(isFull(harness.submit([16], client: "a").refusal))
    #expect(isFull(harness.submit([53], client: "b").refusal))
    #expect(harness.submit([40], client: "b").refusal == nil)
    #expect(harness.scheduler.queuedTokens == 100)
  }

  @Test func submissionOfAnySizeLeavesPlacesForOthers() throws {
    let harness = SchedulerHarness(queuedItems: 8, queuedTokens: 1_000)
    #expect(harness.submit(Array(repeating: 50, count: 100), client: "a").refusal == nil)
    #expect(isFull(harness.submit([1], client: "a").refusal))
    #expect(isFull(harness.submit(Array(repeating: 50, count: 100), client: "b").refusal))
    #expect(harness.submit([1, 1], client: "b").refusal == nil)
    #expect(harness.submit([1], client: "c").refusal == nil, "an eighth more is for clients with nothing waiting")
    #expect(isFull(harness.submit([1], client: "d").refusal))
  }

  /// Two clients whose second passes fill the queue; their first passes count, and only those.
  @Test func continuedWorkLeavesPlacesForClientsWithNothingWaiting() throws {
    let harness = SchedulerHarness(queuedItems: 80)
    for client in ["a", "b"] {
      #expect(harness.submit(Array(repeating: 1, count: 60), client: client, continues: true).refusal == nil)
    }
    #expect(isFull(harness.submit([1], client: "a").refusal))
    for number in 0..<90 { #expect(harness.submit([1], client: "client \(number)").refusal == nil) }
    #expect(isFull(harness.submit([1], client: "one more").refusal))
    #expect(harness.submit([1], client: "a", continues: true).refusal == nil)
    #expect(harness.scheduler.queuedItems == 211)
    _ = harness.runAll()
    #expect(harness.scheduler.isIdle)
    #expect(harness.submit([1], client: "one more").refusal == nil)
  }

  @Test func removedItemDoesNotRunAndFreesItsPlace() throws {
    let harness = SchedulerHarness(queuedItems: 4)
    let ids = harness.submit([10, 10, 10]).ids
    harness.scheduler.remove(ids[1], now: harness.now)
    harness.scheduler.remove(ids[1], now: harness.now)
    harness.scheduler.remove(999, now: harness.now)
    #expect(harness.scheduler.queuedItems == 2)
    #expect(harness.scheduler.queuedTokens == 20)
    #expect(harness.submit([10]).refusal == nil)
    #expect(Set(harness.runAll().flatMap { $0.items.map(\.id) }) == [ids[0], ids[2], 4])
  }

  @Test func manyRemovalsKeepTheOrder() throws {
    let harness = SchedulerHarness(batchTokens: 10_000)
    let ids = harness.submit(Array(repeating: 10, count: 1_000)).ids
    for id in ids where id % 10 != 0 { harness.scheduler.remove(id, now: harness.now) }
    #expect(harness.runAll().flatMap { $0.items.map(\.id) } == ids.filter { $0 % 10 == 0 })
    #expect(harness.scheduler.queuedTokens == 0)
    #expect(harness.scheduler.isIdle)
  }
}
