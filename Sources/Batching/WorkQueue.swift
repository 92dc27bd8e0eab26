import Dispatch
import Foundation

/// Runs blocks in the order in which they come, at most `width` of them at once, on threads of Dispatch.
///
/// Where blocks wait, a concurrent queue of Dispatch starts another thread every second or so, and each keeps memory of
/// its own; here a thread that is done with a block takes the next one without anybody waking it. Blocks must not wait
/// for one another. The threads are not those of the global queues, which are as few: what waits there would wait for
/// all that waits here.
///
/// `@unchecked Sendable`: what changes is only touched under `lock`.
package final class WorkQueue: @unchecked Sendable {
  package typealias Block = @Sendable () -> Void

  /// As wide as the machine.
  package static let shared = WorkQueue(width: max(2, ProcessInfo.processInfo.activeProcessorCount))

  private let lanes: [DispatchQueue]
  private let lock = NSLock()
  private var incoming: [Block] = []
  /// Those that came first, the next one last.
  private var outgoing: [Block] = []
  /// Lanes that take no blocks.
  private var idle: [Int]

  /// - Parameter width: at least 1.
  package init(width: Int) {
    lanes = (0..<width).map { DispatchQueue(label: "dragoman.work.\($0)") }
    idle = Array(lanes.indices)
  }

  package func async(_ block: @escaping Block) {
    let lane = lock.withLock {
      incoming.append(block)
      return idle.popLast()
    }
    if let lane { lanes[lane].async { self.run(lane) } }
  }

  private func run(_ lane: Int) {
    while let block = next(lane) { block() }
  }

  /// Nil where the lane is not needed any more.
  private func next(_ lane: Int) -> Block? {
    lock.withLock {
      if outgoing.isEmpty {
        swap(&incoming, &outgoing)
        outgoing.reverse()
      }
      if outgoing.isEmpty { idle.append(lane) }
      return outgoing.popLast()
    }
  }
}
