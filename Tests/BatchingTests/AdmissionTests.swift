import Batching
import Testing

/// Refusals of submissions that would miss their deadline or overfill the queue.
@Suite struct AdmissionTests {
  private static let second: UInt64 = 1_000_000_000

  /// A scheduler of one worker that was measured at 1,000 tokens per second, in items of 100.
  private func measured() -> SchedulerHarness {
    let harness = SchedulerHarness(batchTokens: 1_600, workers: 1)
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

  @Test func everythingIsAdmittedBeforeTheFirstMeasurement() throws {
    let harness = SchedulerHarness()
    #expect(harness.submit(Array(repeating: 100, count: 1_000), deadline: harness.now + 1).refusal == nil)
  }

  @Test func queueWithoutABoundTakesEveryClient() throws {
    let harness = SchedulerHarness(queuedItems: .max, queuedTokens: .max)
    for client in ["a", "b", "a"] {
      #expect(harness.submit(Array(repeating: 100, count: 1_000), client: client).refusal == nil)
    }
  }

  @Test func submissionTooLateForItsDeadlineIsRefusedWithItsWait() throws {
    let harness = measured()
    let late = harness.submit(Array(repeating: 100, count: 50), deadline: harness.now + 4 * Self.second).refusal
    let seconds = try #require(wait(late))
    #expect(abs(seconds - 5.1) < 0.01)
    let deadline = harness.now + 7 * Self.second
    #expect(harness.submit(Array(repeating: 100, count: 50), deadline: deadline).refusal == nil)
    #expect(wait(harness.submit(Array(repeating: 100, count: 50), deadline: deadline).refusal) != nil)
  }

  @Test func expectedWaitAllowsForFairShares() throws {
    let harness = measured()
    #expect(harness.submit(Array(repeating: 100, count: 50), client: "a").refusal == nil)
    let deadline = harness.now + Self.second
    #expect(harness.submit([100], client: "b", deadline: deadline).refusal == nil)
    #expect(harness.submit([100], client: "a", deadline: deadline).refusal == nil, "submissions take turns too")
    #expect(wait(harness.submit([600], client: "c", deadline: deadline).refusal) != nil)
  }

  /// Waits are twice as long as expected; the next expectation allows for it.
  @Test func longerWaitsWidenTheMargin() throws {
    let harness = measured()
    func isTaken() -> Bool {
      harness.scheduler.refusal(
        items: 1, tokens: 2_000, of: "c", deadline: harness.now + 3 * Self.second, now: harness.now)
        == nil
    }
    #expect(isTaken())
    for _ in 0..<40 {
      let id = try #require(harness.submit([100, 100, 100, 100], client: "d").ids.last)
      harness.now += 2 * Self.second
      harness.scheduler.remove(id, now: harness.now)
      (0...2).forEach { harness.scheduler.remove(id - $0, now: harness.now) }
    }
    #expect(!isTaken())
  }

  @Test func passedDeadlineIsRefused() throws {
    let harness = SchedulerHarness()
    #expect(harness.submit([10], deadline: harness.now).refusal == .deadlinePassed)
  }

  @Test func idleWorkerAdmitsInAnyCase() throws {
    let harness = measured()
    #expect(wait(harness.submit([5_000], deadline: harness.now + Self.second).refusal) != nil)
    harness.scheduler.finish(
      BatchItem(id: 21, submissionID: 21, client: "busy", kind: 0, length: 1, rows: 1, arrival: 0), worker: 0,
      residenceNanoseconds: 0,
      wasCancelled: false, now: harness.now)
    #expect(harness.scheduler.isIdle)
    #expect(harness.submit([5_000], deadline: harness.now + Self.second).refusal == nil)
  }

  @Test func idleTimeDoesNotCountAgainstTheRate() throws {
    let harness = measured()
    harness.scheduler.finish(
      BatchItem(id: 21, submissionID: 21, client: "busy", kind: 0, length: 1, rows: 1, arrival: 0), worker: 0,
      residenceNanoseconds: 0,
      wasCancelled: true, now: harness.now)
    harness.now += 1_000 * Self.second
    harness.submit([1], client: "busy")
    _ = harness.batch()
    #expect(harness.submit([100], deadline: harness.now + Self.second).refusal == nil)
  }

  /// Whether 500 tokens that are to be done in a second are taken after ten items of 100 tokens were given up.
  private func isTaken(afterCancelling time: UInt64) throws -> Bool {
    let harness = measured()
    for _ in 0..<10 {
      harness.submit([100], client: "a")
      harness.now += 1_000
      let batch = try #require(harness.batch())
      harness.submit([100], client: "a")
      harness.now += time
      for item in batch.items {
        harness.scheduler.finish(item, worker: 0, residenceNanoseconds: time, wasCancelled: true, now: harness.now)
      }
    }
    return harness.submit([500], client: "c", deadline: harness.now + Self.second).refusal == nil
  }

  @Test func itemsCancelledWithinTheirTimeDoNotLowerTheRate() throws {
    #expect(try isTaken(afterCancelling: Self.second / 10))
    #expect(try isTaken(afterCancelling: Self.second / 20))
    #expect(try isTaken(afterCancelling: Self.second / 1_000))
  }

  @Test func itemsCancelledAfterALongTimeLowerTheRate() throws {
    #expect(try !isTaken(afterCancelling: Self.second))
  }

  @Test func continuedWorkIsNotRefused() {
    let harness = measured()
    let deadline = harness.now + Self.second / 10
    #expect(harness.submit([500], client: "a", deadline: deadline).refusal != nil)
    #expect(harness.submit([500], client: "a", deadline: deadline, continues: true).refusal == nil)
    let full = SchedulerHarness(batchTokens: 16, queuedItems: 1, workers: 1)
    #expect(full.submit([8], client: "a").refusal == nil)
    #expect(full.submit([8], client: "a").refusal != nil)
    #expect(full.submit([8], client: "a", continues: true).refusal == nil)
  }

  @Test func fullQueueReportsItsWait() throws {
    let harness = SchedulerHarness(batchTokens: 1_600, queuedItems: 12, workers: 1)
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
    #expect(refusal == .queueFull(waitNanoseconds: UInt64(0.5 * Double(Self.second))))
  }
}
