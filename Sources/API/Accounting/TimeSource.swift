import Glibc

/// The clocks of the API, which tests can replace.
package struct TimeSource: Sendable {
  /// Seconds of a clock that never jumps, the clock of `Moment`.
  package var steadySeconds: @Sendable () -> Double
  /// Milliseconds since 1970.
  package var unixMilliseconds: @Sendable () -> Int

  package init(
    steadySeconds: @escaping @Sendable () -> Double, unixMilliseconds: @escaping @Sendable () -> Int
  ) {
    self.steadySeconds = steadySeconds
    self.unixMilliseconds = unixMilliseconds
  }

  package static let system = TimeSource(
    steadySeconds: {
      let time = read(CLOCK_MONOTONIC)
      return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    },
    unixMilliseconds: {
      let time = read(CLOCK_REALTIME)
      return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    })

  private static func read(_ clock: clockid_t) -> timespec {
    var time = timespec()
    clock_gettime(clock, &time)
    return time
  }
}
