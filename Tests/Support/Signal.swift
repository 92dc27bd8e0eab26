import Dispatch
import Foundation
import Testing

/// A semaphore whose wait has a time limit, so that a deadlock fails one test instead of holding up all of them.
///
/// One thread calls ``signal()`` and another ``wait()``. After the limit, `wait()` records an issue at the line that
/// waits, and returns false. A test that cannot continue without the signal returns then:
///
///     let answered = Signal()
///     service.translate(request) { _ in answered.signal() }
///     answered.wait()
///
/// Use ``waitUntil(_:seconds:fileID:filePath:line:column:_:)`` when nothing signals, and `DispatchGroup.waitOrFail()`
/// for groups.
package final class Signal: Sendable {
  /// The time limit of every wait that names none, in seconds: 10, or `DRAGOMAN_TEST_WAIT_SECONDS`, which runs under
  /// a sanitizer raise.
  package static let standardSeconds =
    ProcessInfo.processInfo.environment["DRAGOMAN_TEST_WAIT_SECONDS"].flatMap(Double.init) ?? 10

  private let semaphore = DispatchSemaphore(value: 0)

  package init() {}

  /// Lets one wait return, now or later.
  package func signal() { semaphore.signal() }

  /// Waits for `count` signals, and records an issue at the caller's line if they do not all come in time.
  ///
  /// - Returns: whether all signals came.
  @discardableResult
  package func wait(
    count: Int = 1, seconds: Double = standardSeconds, fileID: String = #fileID, filePath: String = #filePath,
    line: Int = #line, column: Int = #column
  ) -> Bool {
    let end = DispatchTime.now() + seconds
    for index in 0..<count where semaphore.wait(timeout: end) == .timedOut {
      let missing = count == 1 ? "no signal" : "\(index) of \(count) signals"
      recordTimeout("\(missing) in \(seconds) s", fileID: fileID, filePath: filePath, line: line, column: column)
      return false
    }
    return true
  }
}

extension DispatchGroup {
  /// Waits until the group is empty, and records an issue at the caller's line if it is not in time.
  ///
  /// - Returns: whether the group is empty.
  @discardableResult
  package func waitOrFail(
    seconds: Double = Signal.standardSeconds, fileID: String = #fileID, filePath: String = #filePath,
    line: Int = #line, column: Int = #column
  ) -> Bool {
    if wait(timeout: .now() + seconds) == .success { return true }
    recordTimeout(
      "the group is not empty after \(seconds) s", fileID: fileID, filePath: filePath, line: line, column: column)
    return false
  }
}

/// Asks `condition` every millisecond until it is true, and records an issue at the caller's line if it is not in time.
///
/// Use it for state that no closure reports, such as a counter: `waitUntil("the queue is empty") { queue.isEmpty }`.
///
/// - Parameter awaited: a description of the condition for the issue's text.
/// - Returns: whether the condition was met.
@discardableResult
package func waitUntil(
  _ awaited: String, seconds: Double = Signal.standardSeconds, fileID: String = #fileID, filePath: String = #filePath,
  line: Int = #line, column: Int = #column, _ condition: () throws -> Bool
) rethrows -> Bool {
  let end = DispatchTime.now() + seconds
  while try !condition() {
    if DispatchTime.now() >= end {
      recordTimeout(
        "waited \(seconds) s until \(awaited)", fileID: fileID, filePath: filePath, line: line, column: column)
      return false
    }
    usleep(1000)
  }
  return true
}

private func recordTimeout(_ message: String, fileID: String, filePath: String, line: Int, column: Int) {
  let place = SourceLocation(fileID: fileID, filePath: filePath, line: line, column: column)
  Issue.record("\(place): \(message)", sourceLocation: place)
}
