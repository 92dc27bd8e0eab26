import Foundation

/// One payload on its way from submission to its answer, which it gets exactly once: the first `finish` counts.
///
/// `@unchecked Sendable`: `completion` is only touched under `lock`, all else is immutable.
final class BatchEntry<Payload: Sendable, Answer: Sendable>: @unchecked Sendable {
  typealias Completion = @Sendable (Result<Answer, BatchFailure>) -> Void

  let item: BatchItem
  let payload: Payload
  private let lock = NSLock()
  private var completion: Completion?

  init(item: BatchItem, payload: Payload, completion: @escaping Completion) {
    self.item = item
    self.payload = payload
    self.completion = completion
  }

  var isFinished: Bool { lock.withLock { completion == nil } }

  /// Calls the completion on this thread unless that was done before.
  func finish(_ result: Result<Answer, BatchFailure>) {
    let waiting = lock.withLock {
      defer { completion = nil }
      return completion
    }
    waiting?(result)
  }
}
