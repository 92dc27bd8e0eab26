import Batching
import Testing

/// What could not be answered before its deadline.
@Suite struct AdmissionTests {
  private static let second: UInt64 = 1_000_000_000

  /// A policy of one worker that has been seen to do 1,000 tokens a second, an item of 100 at a time.
  private func measured() -> PolicyHarness {
    let harness = PolicyHarness(batchTokens: 1_600, workers: 1)
    for _ in 0..<20 {
      harness.submit([100], client: "warm")
      guard let batch = harness.batch() else { continue }
      harness.now += Self.second / 10
      harness.finish(batch, after: Self.second / 10)
    }
    harness.submit([1], client: "busy")
    _ = harness.batch()
    return harness
  }

  private func wait(_ refusal: BatchFailure?) -> Double? {
    switch refusal {
    case .tooLate(let wait), .queueFull(let wait): Double(wait) / Double(Self.second)
    default: nil
    }
  }

  @Test func everythingIsTakenWhileNothingIsKnown() throws {
    let harness = PolicyHarness()
    #expect(harness.submit(Array(repeating: 100, count: 1_000), deadline: harness.now + 1).refusal == nil)
  }

  @Test func whatCannotBeReachedInTimeIsRefusedWithItsWait() throws {
    let harness = measured()
    let late = harness.submit(Array(repeating: 100, count: 50), deadline: harness.now + 4 * Self.second).refusal
    #expect(abs(try #require(wait(late)) - 5.1) < 0.01)
    let deadline = harness.now + 7 * Self.second
    #expect(harness.submit(Array(repeating: 100, count: 50), deadline: deadline).refusal == nil)
    #expect(wait(harness.submit(Array(repeating: 100, count: 50), deadline: deadline).refusal) != nil)
  }

  @Test func othersWaitNoLongerThanFairSharesMakeThem() throws {
    let harness = measured()
    #expect(harness.submit(Array(repeating: 100, count: 50), client: "a").refusal == nil)
    let deadline = harness.now + Self.second
    #expect(harness.submit([100], client: "b", deadline: deadline).refusal == nil)
    #expect(harness.submit([100], client: "a", deadline: deadline).refusal == nil, "submissions take turns too")
    #expect(wait(harness.submit([600], client: "c", deadline: deadline).refusal) != nil)
  }

  /// Twice as slow as before, under a queue: what is promised next allows for that.
  @Test func waitsThatTurnOutLongerWidenTheMargin() throws {
    let harness = measured()
    func isTaken() -> Bool {
      harness.policy.refusal(1, tokens: 2_000, of: "c", deadline: harness.now + 3 * Self.second, now: harness.now)
        == nil
    }
    #expect(isTaken())
    for _ in 0..<40 {
      let id = try #require(harness.submit([100, 100, 100, 100], client: "d").ids.last)
      harness.now += 2 * Self.second
      harness.policy.remove(id, now: harness.now)
      (0...2).forEach { harness.policy.remove(id - $0, now: harness.now) }
    }
    #expect(!isTaken())
  }

  @Test func aDeadlineThatHasPassedIsRefused() throws {
    let harness = PolicyHarness()
    #expect(harness.submit([10], deadline: harness.now).refusal == .deadlinePassed)
  }

  @Test func anIdleWorkerTriesInAnyCase() throws {
    let harness = measured()
    #expect(wait(harness.submit([5_000], deadline: harness.now + Self.second).refusal) != nil)
    harness.policy.left(
      BatchItem(id: 21, group: 21, client: "busy", kind: 0, length: 1, rows: 1, arrival: 0), worker: 0, after: 0,
      isGivenUp: false, now: harness.now)
    #expect(harness.policy.isIdle)
    #expect(harness.submit([5_000], deadline: harness.now + Self.second).refusal == nil)
  }

  @Test func idleTimeDoesNotCountAgainstTheRate() throws {
    let harness = measured()
    harness.policy.left(
      BatchItem(id: 21, group: 21, client: "busy", kind: 0, length: 1, rows: 1, arrival: 0), worker: 0, after: 0,
      isGivenUp: true, now: harness.now)
    harness.now += 1_000 * Self.second
    harness.submit([1], client: "busy")
    _ = harness.batch()
    #expect(harness.submit([100], deadline: harness.now + Self.second).refusal == nil)
  }

  @Test func whatIsGivenUpMakesTheRateFall() throws {
    let harness = measured()
    let deadline = Self.second
    #expect(harness.submit([500], client: "b", deadline: harness.now + deadline).refusal == nil)
    for _ in 0..<10 {
      harness.submit([100], client: "a")
      harness.now += 1_000
      let batch = try #require(harness.batch())
      harness.submit([100], client: "a")
      harness.now += Self.second / 10
      for item in batch.items {
        harness.policy.left(item, worker: 0, after: Self.second / 10, isGivenUp: true, now: harness.now)
      }
    }
    #expect(wait(harness.submit([500], client: "c", deadline: harness.now + deadline).refusal) != nil)
  }

  @Test func whatWasTakenIsNotRefusedHalfWay() {
    let harness = measured()
    let deadline = harness.now + Self.second / 10
    #expect(harness.submit([500], client: "a", deadline: deadline).refusal != nil)
    #expect(harness.submit([500], client: "a", deadline: deadline, continues: true).refusal == nil)
    let full = PolicyHarness(batchTokens: 16, queuedItems: 1, workers: 1)
    #expect(full.submit([8], client: "a").refusal == nil)
    #expect(full.submit([8], client: "a").refusal != nil)
    #expect(full.submit([8], client: "a", continues: true).refusal == nil)
  }

  @Test func aFullQueueSaysHowLongItIs() throws {
    let harness = PolicyHarness(batchTokens: 1_600, queuedItems: 12, workers: 1)
    for _ in 0..<20 {
      harness.submit([100])
      let batch = try #require(harness.batch())
      harness.now += Self.second / 10
      harness.finish(batch, after: Self.second / 10)
    }
    #expect(harness.submit(Array(repeating: 100, count: 9), client: "a").refusal == nil)
    #expect(harness.submit([100, 100, 100], client: "b").refusal == nil)
    #expect(harness.submit([100], client: "c").refusal == nil)
    let refusal = harness.submit([100], client: "d").refusal
    #expect(refusal == .queueFull(wait: UInt64(0.5 * Double(Self.second))))
  }
}
