import Foundation
import Glibc

/// A writer of lines to a descriptor that never makes its callers wait. Lines gather in memory and leave together; if
/// the reader is so slow that the memory is full, lines are dropped and counted.
///
/// `@unchecked Sendable`: everything that changes is only touched under `lock`, all else is constant.
package final class LogSink: @unchecked Sendable {
  /// The most time that a line waits for others to leave with.
  private static let delay = DispatchTimeInterval.milliseconds(50)

  private let descriptor: Int32
  private let capacity: Int
  private let queue = DispatchQueue(label: "dragoman.log")
  /// One timer for all lines: a delayed block per line would leave memory behind on the thread that runs it.
  private let timer: any DispatchSourceTimer
  private let lock = NSLock()
  private var waiting: [UInt8] = []
  private var isScheduled = false
  private var lost = 0
  private var unreported = 0

  /// - Parameters:
  ///   - descriptor: must stay open.
  ///   - capacity: the most bytes that wait; as many again can be on their way.
  package init(descriptor: Int32, capacity: Int = 1 << 20) {
    self.descriptor = descriptor
    self.capacity = capacity
    timer = DispatchSource.makeTimerSource(queue: queue)
    timer.setEventHandler { [weak self] in self?.write() }
    timer.schedule(deadline: .distantFuture)
    timer.resume()
  }

  deinit { timer.cancel() }

  /// Number of lines that were dropped.
  package var dropped: Int { lock.withLock { lost } }

  /// Queues a line.
  /// - Parameters:
  ///   - line: the line with its line end.
  ///   - report: makes a line from the number of lines dropped before this one.
  package func append(_ line: [UInt8], report: (Int) -> [UInt8]) {
    let mustSchedule = lock.withLock {
      let notice = unreported > 0 ? report(unreported) : []
      guard waiting.count + notice.count + line.count <= capacity else {
        lose(1)
        return false
      }
      unreported = 0
      waiting += notice
      waiting += line
      defer { isScheduled = true }
      return !isScheduled
    }
    if mustSchedule { timer.schedule(deadline: .now() + Self.delay) }
  }

  /// Writes all lines that wait, and returns after `seconds` at the latest.
  package func flush(seconds: Double) {
    let done = DispatchSemaphore(value: 0)
    queue.async {
      self.write()
      done.signal()
    }
    _ = done.wait(timeout: .now() + seconds)
  }

  // MARK: On `queue`

  private func write() {
    let bytes = lock.withLock {
      isScheduled = false
      defer { waiting = [] }
      return waiting
    }
    bytes.withUnsafeBytes { bytes in
      var rest = bytes
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        guard count > 0 || retries() else { return lock.withLock { lose(lines(in: rest)) } }
        rest = UnsafeRawBufferPointer(rebasing: rest[max(0, count)...])
      }
    }
  }

  /// Waits until a failed write can be tried again.
  /// - Returns: false if that is in vain.
  private func retries() -> Bool {
    if errno == EINTR { return true }
    guard errno == EAGAIN else { return false }
    var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&state, 1, -1) > 0 || errno == EINTR
  }

  private func lines(in bytes: UnsafeRawBufferPointer) -> Int {
    bytes.count { $0 == UInt8(ascii: "\n") }
  }

  // MARK: Under `lock`

  private func lose(_ lines: Int) {
    lost += lines
    unreported += lines
  }
}
