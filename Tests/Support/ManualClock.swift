import Foundation

/// A clock of nanoseconds that stops until a test moves it. Pass `{ clock.now }` as the injected clock.
///
/// `@unchecked Sendable`: the time is only touched under `lock`.
package final class ManualClock: @unchecked Sendable {
  private let lock = NSLock()
  private var nanoseconds: UInt64

  package init(nanoseconds: UInt64 = 1_000_000_000) {
    self.nanoseconds = nanoseconds
  }

  /// The time in nanoseconds.
  package var now: UInt64 {
    get { lock.withLock { nanoseconds } }
    set { lock.withLock { nanoseconds = newValue } }
  }

  package func advance(milliseconds: UInt64) {
    lock.withLock { nanoseconds += milliseconds * 1_000_000 }
  }
}
