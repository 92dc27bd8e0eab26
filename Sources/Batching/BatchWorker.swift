import Dispatch

/// A serial queue with a context of its own, made on that queue before it is first needed.
///
/// `@unchecked Sendable`: `process` is only touched on `queue`.
final class BatchWorker<Payload: Sendable, Answer: Sendable>: @unchecked Sendable {
  typealias Process = (BatchCourse<Payload, Answer>) -> Void

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
      // Written once: what is read and written back gains a wrapper each time, being generic.
      if self.process == nil { self.process = self.make() }
      if let process = self.process { work(process) }
    }
  }
}
