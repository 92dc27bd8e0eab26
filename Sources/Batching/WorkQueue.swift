import Foundation

/// A pool of threads for blocks that clients ask for, a turn per client.
///
/// A client has at most half of the threads at a time, however long its blocks take: others always find a thread that
/// this client does not have. Blocks without a client end something that was begun, and go before all others.
///
/// A concurrent queue of Dispatch would start another thread every second or so while blocks wait. Each of its threads
/// would keep up to a thousand records of blocks. Here a thread that is done with a block takes the next one without
/// being woken. Blocks must not wait for one another.
package final class WorkQueue: Sendable {
  package typealias Block = @Sendable () -> Void

  /// The queue of the process, as wide as the machine.
  package static let shared = WorkQueue(width: max(2, ProcessInfo.processInfo.activeProcessorCount))

  private let state: WorkQueueState

  /// - Parameter width: number of threads, at least 1.
  package init(width: Int) {
    state = WorkQueueState(width: width)
  }

  deinit { state.close() }

  /// Queues a block.
  /// - Parameter client: the client in whose turn it runs; nil if it goes before all clients.
  /// - Returns: a closure that lets the block go before all clients, if it still waits.
  @discardableResult
  package func async(client: String? = nil, _ block: @escaping Block) -> @Sendable () -> Void {
    let (id, needsThread) = state.append(block, of: client)
    if needsThread {
      Thread.detachNewThread { [state] in
        Thread.current.name = "work"
        var last: String?
        while let next = state.next(after: last) {
          next.block()
          last = next.client
        }
      }
    }
    guard let client else { return {} }
    return { [state] in state.expedite(id, of: client) }
  }
}

/// The blocks that wait, and the threads that wait for blocks.
///
/// `@unchecked Sendable`: all variables are only touched under the lock of `condition`.
private final class WorkQueueState: @unchecked Sendable {
  typealias Work = (client: String?, block: WorkQueue.Block)

  private let width: Int
  /// Threads that one client can have.
  private let share: Int
  private let condition = NSCondition()
  private var first = FIFO<WorkQueue.Block>()
  /// Blocks by client; a client stays until its turn finds none.
  private var clients: [String: ClientBlocks] = [:]
  /// Each client of `clients` once, in the order of their turns, except those in `parked`.
  private var turns = FIFO<String>()
  /// Threads by client; none is 0.
  private var running: [String: Int] = [:]
  /// Clients that have their share of the threads, and no turn until one is free.
  private var parked: Set<String> = []
  private var queuedCount = 0
  private var lastID: UInt64 = 0
  private var threads = 0
  private var idleThreads = 0
  private var isClosed = false

  init(width: Int) {
    self.width = width
    share = (width + 1) / 2
  }

  /// - Returns: the number of the block, and whether the caller is to start another thread.
  func append(_ block: @escaping WorkQueue.Block, of client: String?) -> (id: UInt64, needsThread: Bool) {
    condition.withLock {
      lastID += 1
      if let client {
        if clients[client] == nil { turns.append(client) }
        clients[client, default: ClientBlocks()].append(lastID, block)
      } else {
        first.append(block)
      }
      queuedCount += 1
      if threads == width || queuedCount <= idleThreads {
        condition.signal()
        return (lastID, false)
      }
      threads += 1
      return (lastID, true)
    }
  }

  func expedite(_ id: UInt64, of client: String) {
    condition.withLock {
      if let block = clients[client]?.remove(id) { first.append(block) }
    }
  }

  /// The next block, once there is one that can run; nil once the queue is closed and empty.
  /// - Parameter last: the client whose block this thread is done with; nil if there is none.
  func next(after last: String?) -> Work? {
    condition.withLock {
      if let last { release(last) }
      while true {
        if let block = first.popFirst() {
          queuedCount -= 1
          return (nil, block)
        }
        if let work = nextOfClients() {
          queuedCount -= 1
          return work
        }
        if isClosed && queuedCount == 0 {
          condition.broadcast()
          return nil
        }
        idleThreads += 1
        condition.wait()
        idleThreads -= 1
      }
    }
  }

  private func nextOfClients() -> Work? {
    while let client = turns.popFirst() {
      guard let block = clients[client]?.popFirst() else {
        clients[client] = nil
        continue
      }
      let count = (running[client] ?? 0) + 1
      running[client] = count
      if count < share { turns.append(client) } else { parked.insert(client) }
      return (client, block)
    }
    return nil
  }

  /// Frees a thread of a client, which gets its turn again if it had its share.
  private func release(_ client: String) {
    let count = (running[client] ?? 1) - 1
    running[client] = count > 0 ? count : nil
    guard parked.remove(client) != nil else { return }
    turns.append(client)
    if idleThreads > 0 { condition.signal() }
  }

  func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }
}

/// The blocks of one client, first in, first out, with removal from the middle.
private struct ClientBlocks {
  private var blocks: [UInt64: WorkQueue.Block] = [:]
  private var order = LazyDeletionQueue()

  mutating func append(_ id: UInt64, _ block: @escaping WorkQueue.Block) {
    blocks[id] = block
    order.append(id)
  }

  mutating func popFirst() -> WorkQueue.Block? {
    order.first.flatMap { remove($0) }
  }

  mutating func remove(_ id: UInt64) -> WorkQueue.Block? {
    let block = blocks.removeValue(forKey: id)
    order.compact(live: blocks.count) { blocks[$0] != nil }
    return block
  }
}

/// First in, first out.
private struct FIFO<Element> {
  private var incoming: [Element] = []
  /// The elements that came first, the next one last.
  private var outgoing: [Element] = []

  mutating func append(_ element: Element) {
    incoming.append(element)
  }

  mutating func popFirst() -> Element? {
    if outgoing.isEmpty {
      swap(&incoming, &outgoing)
      outgoing.reverse()
    }
    return outgoing.popLast()
  }
}
