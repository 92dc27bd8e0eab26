import Batching

/// Where a service puts translations together, once a worker has decoded.
package struct ServiceThreads: Sendable {
  /// For what takes well under a millisecond.
  let briefly: @Sendable (@escaping WorkQueue.Block) -> Void
  /// For what may take longer.
  let anyhow: @Sendable (@escaping WorkQueue.Block) -> Void

  /// - Parameters:
  ///   - host: runs a block on a thread that is there for something else and must not be held up; false where it does
  ///     not run it.
  ///   - queue: takes all else.
  package init(
    host: @escaping @Sendable (@escaping WorkQueue.Block) -> Bool = { _ in false }, queue: WorkQueue = .shared
  ) {
    briefly = { if !host($0) { queue.async($0) } }
    anyhow = queue.async
  }
}
