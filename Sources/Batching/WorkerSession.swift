import Dispatch
import Synchronization

/// A worker's view of its items in flight: between steps it takes items that start now, and it answers each item.
///
/// Only for the worker's own thread.
package final class WorkerSession<Payload: BatchPayload, Answer: Sendable> {
  typealias Item = QueuedItem<Payload, Answer>

  /// An item that starts now.
  package struct StartedItem {
    /// Names the item until it is answered.
    package let id: Int
    package let payload: Payload
    /// Time that the item waited in the queue.
    package let waitedNanoseconds: UInt64
    /// Rows in flight from now on, its own included.
    package let batchRows: Int
  }

  private struct InFlight {
    let item: Item
    let startTime: UInt64
  }

  private let clock: @Sendable () -> UInt64
  private let exchange: ([FinishedItem], _ steps: Int) -> [Item]?
  private let cancellations: CancellationCount
  private let queued: WaitingCount
  /// Values of `cancellations` when `next` was last called, and the time before.
  private var latestCancellations: Int
  private var seenCancellations: Int
  private var waiting: [Item]
  private var inFlight: [Int: InFlight] = [:]
  private var rows = 0
  private var finished: [FinishedItem] = []
  /// Steps since `exchange` was last called.
  private var steps = 0
  private var isOver = false

  /// - Parameter exchange: takes the items that have finished and the steps since its last call, and returns the items
  ///   that start now. It returns nil if nothing is in flight and nothing waits.
  init(
    _ first: [Item], cancellations: CancellationCount, waiting queued: WaitingCount,
    clock: @escaping @Sendable () -> UInt64, exchange: @escaping ([FinishedItem], _ steps: Int) -> [Item]?
  ) {
    self.queued = queued
    waiting = first
    self.cancellations = cancellations
    latestCancellations = cancellations.value
    seenCancellations = latestCancellations
    self.clock = clock
    self.exchange = exchange
  }

  /// The items that start beside those in flight, often none. To be called before every step.
  ///
  /// Workers share the batcher's queue, which is a lock. A worker leaves it alone while it has nothing to tell and nothing
  /// waits: with many workers, most steps are such.
  /// - Returns: nil once nothing is in flight and nothing waits: the worker is to return.
  package func next() -> [StartedItem]? {
    seenCancellations = latestCancellations
    latestCancellations = cancellations.value
    while !isOver {
      if waiting.isEmpty {
        steps += 1
        if finished.isEmpty && !inFlight.isEmpty && queued.value == 0 { return [] }
        ask()
      }
      waiting.forEach(start)
      let started = waiting.compactMap(startedItem)
      waiting.removeAll(keepingCapacity: true)
      if !inFlight.isEmpty { return started }
    }
    return nil
  }

  private func ask() {
    let more = exchange(finished, steps)
    steps = 0
    finished.removeAll(keepingCapacity: true)
    waiting = more ?? []
    isOver = more == nil
  }

  private func start(_ item: Item) {
    if item.isFinished {
      finished.append(FinishedItem(item: item.item, residenceNanoseconds: 0, wasCancelled: true))
    } else {
      rows += item.item.rows
      inFlight[id(item)] = InFlight(item: item, startTime: clock())
    }
  }

  private func startedItem(_ item: Item) -> StartedItem? {
    guard let start = inFlight[id(item)]?.startTime else { return nil }
    let waited = start > item.item.arrival ? start - item.item.arrival : 0
    return StartedItem(id: id(item), payload: item.payload, waitedNanoseconds: waited, batchRows: rows)
  }

  private func id(_ item: Item) -> Int { Int(truncatingIfNeeded: item.item.id) }

  /// Whether nobody waits for an item any longer. Cheap enough to be asked at every step.
  package func isCancelled(_ id: Int) -> Bool {
    cancellations.value != seenCancellations && inFlight[id]?.item.isFinished ?? true
  }

  /// Ends an item with its answer. Only the first answer counts, and none to an item that was cancelled.
  package func answer(_ id: Int, with answer: Answer) {
    finish(id, .success(answer))
  }

  /// To be called when the worker has returned: items without an answer fail as `unanswered`.
  func failUnanswered() {
    while next() != nil {
      for id in inFlight.keys { finish(id, .failure(.unanswered)) }
    }
  }

  private func finish(_ id: Int, _ result: Result<Answer, BatchFailure>) {
    guard let ended = inFlight.removeValue(forKey: id) else { return }
    rows -= ended.item.item.rows
    let now = clock()
    finished.append(
      FinishedItem(
        item: ended.item.item, residenceNanoseconds: now > ended.startTime ? now - ended.startTime : 0,
        wasCancelled: ended.item.isFinished))
    ended.item.finish(result)
  }
}

/// An item that has left its worker.
struct FinishedItem {
  let item: BatchItem
  /// Time that it was in flight.
  let residenceNanoseconds: UInt64
  /// Whether nobody waited for it any longer.
  let wasCancelled: Bool
}

/// The number of items that wait, for workers to read between steps.
final class WaitingCount: Sendable {
  private let count = Atomic(0)

  var value: Int {
    get { count.load(ordering: .acquiring) }
    set { if newValue != count.load(ordering: .relaxed) { count.store(newValue, ordering: .releasing) } }
  }
}

/// The number of items that were finished by others than their worker: cancelled, or late. Workers look at this number
/// between steps, and at their items only if it has changed.
final class CancellationCount: Sendable {
  private let count = Atomic(0)

  var value: Int { count.load(ordering: .acquiring) }

  /// To be called after an item was finished.
  func add() {
    count.add(1, ordering: .releasing)
  }
}

/// A serial queue with a context of its own, made on that queue before it is first needed.
///
/// `@unchecked Sendable`: `process` is only touched on `queue`.
final class BatchWorker<Payload: BatchPayload, Answer: Sendable>: @unchecked Sendable {
  typealias Process = (WorkerSession<Payload, Answer>) -> Void

  let index: Int
  private let queue: DispatchQueue
  private let make: @Sendable () -> Process
  private var process: Process?

  init(index: Int, make: @escaping @Sendable (Int) -> Process) {
    self.index = index
    queue = DispatchQueue(label: "dragoman.worker.\(index)")
    self.make = { make(index) }
  }

  func run(_ work: @escaping @Sendable (Process) -> Void) {
    queue.async {
      // Written once: a generic closure that is read and written back gains a wrapper each time.
      if self.process == nil { self.process = self.make() }
      if let process = self.process { work(process) }
    }
  }
}
