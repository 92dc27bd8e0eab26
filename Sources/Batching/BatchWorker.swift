import Dispatch

/// A serial queue with a context of its own, made on that queue before its first batch.
///
/// `@unchecked Sendable`: `process` is only touched on `queue`.
final class BatchWorker<Payload: Sendable, Answer: Sendable>: @unchecked Sendable {
  typealias Process = (BatchRun<Payload, Answer>) -> Void

  private let queue: DispatchQueue
  private let make: @Sendable () -> Process
  private var process: Process?

  init(index: Int, make: @escaping @Sendable (Int) -> Process) {
    queue = DispatchQueue(label: "dragoman.worker.\(index)")
    self.make = { make(index) }
  }

  func run(_ work: @escaping @Sendable (Process) -> Void) {
    queue.async {
      let process = self.process ?? self.make()
      self.process = process
      work(process)
    }
  }
}
