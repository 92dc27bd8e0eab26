import Foundation

/// Nanoseconds that only pass when told to.
///
/// `@unchecked Sendable`: the time is only touched under `lock`.
final class ManualClock: @unchecked Sendable {
  private let lock = NSLock()
  private var time: UInt64 = 1_000_000_000

  var now: UInt64 { lock.withLock { time } }

  func advance(milliseconds: UInt64) {
    lock.withLock { time += milliseconds * 1_000_000 }
  }
}
