import Batching
import Foundation
import Support
import Testing

@Suite(.timeLimit(.minutes(10))) struct WorkQueueTests {
  /// The blocks that have run so far.
  ///
  /// `@unchecked Sendable`: only touched under `lock`.
  private final class Record: @unchecked Sendable {
    private let lock = NSLock()
    private var numbers: [Int] = []
    private var running = 0
    private var most = 0

    func begin() {
      lock.withLock {
        running += 1
        most = max(most, running)
      }
    }

    func end(_ number: Int) {
      lock.withLock {
        running -= 1
        numbers.append(number)
      }
    }

    var state: (numbers: [Int], most: Int) { lock.withLock { (numbers, most) } }
  }

  @Test func oneThreadRunsBlocksInOrder() {
    let queue = WorkQueue(width: 1)
    let record = Record()
    let done = DispatchGroup()
    for number in 0..<500 {
      done.enter()
      queue.async {
        record.begin()
        record.end(number)
        done.leave()
      }
    }
    done.waitOrFail()
    #expect(record.state.numbers == Array(0..<500))
    #expect(record.state.most == 1)
  }

  @Test(arguments: [2, 3, 4]) func longBlocksOfAClientLeaveThreadsToOthers(width: Int) {
    let queue = WorkQueue(width: width)
    let gate = Signal()
    let long = DispatchGroup()
    let record = Record()
    for number in 0..<(2 * width) {
      long.enter()
      queue.async(client: "a") {
        record.begin()
        gate.wait()
        record.end(number)
        long.leave()
      }
    }
    let others = DispatchGroup()
    for number in 0..<10 {
      others.enter()
      queue.async(client: "client \(number)") { others.leave() }
    }
    others.waitOrFail()
    waitUntil("the client has its share") { record.state.most >= (width + 1) / 2 }
    for _ in 0..<(2 * width) { gate.signal() }
    long.waitOrFail()
    #expect(record.state.numbers.count == 2 * width)
    #expect(record.state.most == (width + 1) / 2)
  }

  @Test func blocksWithoutAClientGoFirst() {
    let queue = WorkQueue(width: 1)
    let record = Record()
    let done = DispatchGroup()
    let gate = Signal()
    queue.async { gate.wait() }
    for number in 0..<40 {
      done.enter()
      queue.async(client: number % 2 == 1 ? nil : "a") {
        record.begin()
        record.end(number)
        done.leave()
      }
    }
    gate.signal()
    done.waitOrFail()
    #expect(record.state.numbers == Array(stride(from: 1, to: 40, by: 2)) + Array(stride(from: 0, to: 40, by: 2)))
  }

  /// The order in which one thread runs the blocks of these clients, by their numbers.
  private func order(of clients: [String], expediting expedited: Int? = nil) -> [Int] {
    let queue = WorkQueue(width: 1)
    let record = Record()
    let done = DispatchGroup()
    let gate = Signal()
    queue.async { gate.wait() }
    for (number, client) in clients.enumerated() {
      done.enter()
      let expedite = queue.async(client: client) {
        record.begin()
        record.end(number)
        done.leave()
      }
      if number == expedited { expedite() }
    }
    gate.signal()
    done.waitOrFail()
    return record.state.numbers
  }

  @Test func clientsTakeTurns() {
    let many = Array(repeating: "a", count: 1_000)
    #expect(order(of: many + ["b", "c", "b"]) == [0, 1_000, 1_001, 1, 1_002] + Array(2..<1_000))
  }

  @Test func expeditedBlocksGoBeforeAllClients() {
    #expect(order(of: ["a", "a", "a", "b"], expediting: 2) == [2, 0, 3, 1])
    #expect(order(of: ["a", "b", "b"], expediting: 0) == [0, 1, 2])
  }

  @Test func expeditingABlockThatHasRunDoesNothing() {
    let queue = WorkQueue(width: 1)
    let record = Record()
    let done = Signal()
    let expedite = queue.async(client: "a") {
      record.begin()
      record.end(0)
      done.signal()
    }
    done.wait()
    expedite()
    queue.async { done.signal() }
    done.wait()
    #expect(record.state.numbers == [0])
  }

  @Test func widthBoundsRunningBlocks() {
    let queue = WorkQueue(width: 3)
    let record = Record()
    let done = DispatchGroup()
    let gate = Signal()
    let atGate = Signal()
    for number in 0..<40 {
      done.enter()
      queue.async {
        record.begin()
        atGate.signal()
        gate.wait()
        record.end(number)
        done.leave()
      }
    }
    atGate.wait(count: 3)
    #expect(record.state.most == 3)
    for _ in 0..<40 { gate.signal() }
    done.waitOrFail()
    #expect(record.state.numbers.sorted() == Array(0..<40))
    #expect(record.state.most == 3)
  }

  @Test func queueContinuesAfterItWasEmpty() {
    let queue = WorkQueue(width: 2)
    for _ in 0..<200 {
      let done = Signal()
      queue.async { done.signal() }
      done.wait()
    }
  }
}
