import API
import Foundation

/// A clock that goes on only when told to; it starts at 2026-11-21T08:16:49.123Z.
///
/// `@unchecked Sendable`: `seconds` is only touched under `lock`.
final class StillTime: @unchecked Sendable {
  private let lock = NSLock()
  private var seconds = 1000.0

  func pass(_ seconds: Double) { lock.withLock { self.seconds += seconds } }

  var source: TimeSource {
    TimeSource(
      steadySeconds: { self.lock.withLock { self.seconds } },
      unixMilliseconds: { 1_795_249_009_123 + Int((self.lock.withLock { self.seconds } - 1000) * 1000) })
  }
}
