/// A batch in the hands of a worker. Whatever is left without an answer when the worker returns fails as `unanswered`.
package final class BatchRun<Payload: Sendable, Answer: Sendable> {
  /// Counts the batches of one batcher.
  package let id: UInt64
  package let payloads: [Payload]
  private let entries: [BatchEntry<Payload, Answer>]
  private let started: UInt64

  init(id: UInt64, entries: [BatchEntry<Payload, Answer>], started: UInt64) {
    self.id = id
    self.entries = entries
    self.started = started
    payloads = entries.map(\.payload)
  }

  /// Nobody waits for this one any more; cheap enough to ask at every step.
  package func isCancelled(_ index: Int) -> Bool {
    entries[index].isFinished
  }

  /// Nanoseconds that a payload waited in the queue.
  package func waited(_ index: Int) -> UInt64 {
    let arrival = entries[index].item.arrival
    return started > arrival ? started - arrival : 0
  }

  /// The first answer to a payload counts, and none to one that was cancelled.
  package func answer(_ index: Int, with answer: Answer) {
    entries[index].finish(.success(answer))
  }

  func finishRest() {
    for entry in entries { entry.finish(.failure(.unanswered)) }
  }
}
