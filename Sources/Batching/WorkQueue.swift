import Dispatch
import Foundation

/// Runs blocks in the order in which they come, at most `width` of them at once, on threads of Dispatch.
///
/// Where blocks wait, a concurrent queue of Dispatch starts another thread every second or so, and each keeps memory of
/// its own; here a thread that is done with a block takes the next one without anybody waking it. Blocks must not wait
/// for one another.
///
/// `@unchecked Sendable`: what changes is only touched under `lock`.
package final class WorkQueue: @unchecked Sendable {
  package typealias Block = @Sendable () -> Void

  /// As wide as the machine.
  package static let shared = WorkQueue(width: max(2, ProcessInfo.processInfo.activeProcessorCount))

  private let width: Int
  private let lock = NSLock()
  private var incoming: [Block] = []
  /// Those that came first, the next one last.
  private var outgoing: [Block] = []
  /// Threads that take blocks, or are about to.
  private var threads = 0

  /// - Parameter width: at least 1.
  package init(width: Int) {
    self.width = width
  }

  package func async(_ block: @escaping Block) {
    let needsThread = lock.withLock {
      incoming.append(block)
      guard threads < width else { return false }
      threads += 1
      return true
    }
    if needsThread { DispatchQueue.global().async { self.run() } }
  }

  private func run() {
    while let block = next() { block() }
  }

  /// Nil where the thread is not needed any more.
  private func next() -> Block? {
    lock.withLock {
      if outgoing.isEmpty {
        swap(&incoming, &outgoing)
        outgoing.reverse()
      }
      if outgoing.isEmpty { threads -= 1 }
      return outgoing.popLast()
    }
  }
}
