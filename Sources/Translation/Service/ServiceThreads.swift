import Batching

/// Where a service puts translations together, once a worker has decoded.
package struct ServiceThreads: Sendable {
  private let host: @Sendable (@escaping WorkQueue.Block) -> Bool
  private let queue: WorkQueue

  /// - Parameters:
  ///   - host: runs a block on a thread that is there for something else and must not be held up; false where it does
  ///     not run it.
  ///   - queue: takes all else.
  package init(
    host: @escaping @Sendable (@escaping WorkQueue.Block) -> Bool = { _ in false }, queue: WorkQueue = .shared
  ) {
    self.host = host
    self.queue = queue
  }

  /// - Parameter isBrief: the block takes well under a millisecond.
  func run(isBrief: Bool = true, _ block: @escaping WorkQueue.Block) {
    if !(isBrief && host(block)) { queue.async(block) }
  }
}
