import Support
import Testing

@testable import Batching

@Suite struct WorkerSessionTests {
  private let queued = WaitingCount()
  private let calls = Calls()

  /// The calls that a session has made.
  private final class Calls {
    var steps: [Int] = []
    var finished = 0
  }

  private func session(_ items: [QueuedItem<NumberedPayload, Int>]) -> WorkerSession<NumberedPayload, Int> {
    WorkerSession(items, cancellations: CancellationCount(), waiting: queued, clock: { 0 }) { [calls] finished, steps in
      calls.steps.append(steps)
      calls.finished += finished.count
      return calls.finished == items.count ? nil : []
    }
  }

  private func item(_ id: UInt64) -> QueuedItem<NumberedPayload, Int> {
    let payload = NumberedPayload(number: Int(id), kind: 0, length: 1, rows: 1)
    let item = BatchItem(id: id, submissionID: id, kind: 0, length: 1, rows: 1, arrival: 0)
    return QueuedItem(item, payload: payload) { _ in }
  }

  @Test func stepsAreToldWhenAnItemFinishes() {
    let session = session([item(1), item(2)])
    for _ in 0..<5 { _ = session.next() }
    #expect(calls.steps == [], "nothing waits and nothing has finished")
    session.answer(1, with: 0)
    _ = session.next()
    #expect(calls.steps == [5])
    session.answer(2, with: 0)
    #expect(session.next()?.isEmpty == nil)
    #expect(calls.steps == [5, 1])
    #expect(calls.finished == 2)
  }

  @Test func queueIsAskedAtEachStepWhileSomethingWaits() {
    let session = session([item(1)])
    _ = session.next()
    queued.value = 1
    for _ in 0..<3 { _ = session.next() }
    queued.value = 0
    _ = session.next()
    #expect(calls.steps == [1, 1, 1])
  }
}
