import Foundation

/// Runs blocks in the order in which they come, at most `width` of them at once, on threads of its own. What ends
/// something that was begun may go before all that begins.
///
/// Where blocks wait, a concurrent queue of Dispatch starts another thread every second or so; and each of its threads
/// keeps up to a thousand of the records that blocks come in, which the one that asks makes anew. Here a thread that is
/// done with a block takes the next one without anybody waking it. Blocks must not wait for one another.
package final class WorkQueue: Sendable {
  package typealias Block = @Sendable () -> Void

  /// As wide as the machine.
  package static let shared = WorkQueue(width: max(2, ProcessInfo.processInfo.activeProcessorCount))

  private let line: BlockLine

  /// - Parameter width: at least 1.
  package init(width: Int) {
    line = BlockLine(width: width)
  }

  deinit { line.close() }

  package func async(goesFirst: Bool = false, _ block: @escaping Block) {
    guard line.append(block, goesFirst) else { return }
    Thread.detachNewThread { [line] in
      Thread.current.name = "work"
      while let block = line.next() { block() }
    }
  }
}

/// What waits, and the threads that wait for it.
///
/// `@unchecked Sendable`: what changes is only touched under the lock of `condition`.
private final class BlockLine: @unchecked Sendable {
  private let width: Int
  private let condition = NSCondition()
  private var first = Blocks()
  private var others = Blocks()
  private var threads = 0
  private var waiting = 0
  private var isClosed = false

  init(width: Int) { self.width = width }

  /// - Returns: whether the caller is to start another thread.
  func append(_ block: @escaping WorkQueue.Block, _ goesFirst: Bool) -> Bool {
    condition.withLock {
      if goesFirst { first.append(block) } else { others.append(block) }
      if threads == width || first.count + others.count <= waiting {
        condition.signal()
        return false
      }
      threads += 1
      return true
    }
  }

  /// Waits for it; nil once there will be none.
  func next() -> WorkQueue.Block? {
    condition.withLock {
      while first.count + others.count == 0 && !isClosed {
        waiting += 1
        condition.wait()
        waiting -= 1
      }
      return first.popFirst() ?? others.popFirst()
    }
  }

  func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }
}

/// First in, first out.
private struct Blocks {
  private var incoming: [WorkQueue.Block] = []
  /// Those that came first, the next one last.
  private var outgoing: [WorkQueue.Block] = []

  var count: Int { incoming.count + outgoing.count }

  mutating func append(_ block: @escaping WorkQueue.Block) {
    incoming.append(block)
  }

  mutating func popFirst() -> WorkQueue.Block? {
    if outgoing.isEmpty {
      swap(&incoming, &outgoing)
      outgoing.reverse()
    }
    return outgoing.popLast()
  }
}
