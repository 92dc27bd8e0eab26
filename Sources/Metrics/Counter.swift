import Foundation

/// A number that only rises, from any thread.
///
/// `@unchecked Sendable`: `count` is only touched under `lock`.
package final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0

  package init() {}

  package func add(_ amount: Int = 1) {
    lock.withLock { count &+= amount }
  }

  package var value: Int { lock.withLock { count } }
}
