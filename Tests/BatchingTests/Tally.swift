import Batching
import Foundation

/// Results by value, and keys that are inside a section, from many threads.
///
/// `@unchecked Sendable`: all state is only touched under `lock`.
final class Tally: @unchecked Sendable {
  private let lock = NSLock()
  private var results: [Int: [Result<Int, BatchFailure>]] = [:]
  private var inside: Set<Int> = []

  func record(_ value: Int, _ result: Result<Int, BatchFailure>) {
    lock.withLock { results[value, default: []].append(result) }
  }

  /// - Returns: false if `key` is inside already.
  func enter(_ key: Int) -> Bool {
    lock.withLock { inside.insert(key).inserted }
  }

  func leave(_ key: Int) {
    lock.withLock { _ = inside.remove(key) }
  }

  var outcomes: [Int: [Result<Int, BatchFailure>]] {
    lock.withLock { results }
  }
}

/// A payload of any size, identified by its number.
struct NumberedPayload: BatchPayload {
  var number: Int
  var kind: Int
  var length: Int
  var rows: Int
  var heldBytes = 0
}
