import Glibc

/// A point in time, given to everything that has a timeout or a date, so that tests make their own.
package struct Moment: Sendable, Equatable {
  /// Seconds of a clock that never jumps.
  package var seconds: Double
  /// Seconds since 1970, for the `Date` field.
  package var unixSeconds: Int

  package init(seconds: Double, unixSeconds: Int) {
    self.seconds = seconds
    self.unixSeconds = unixSeconds
  }

  package static func now() -> Moment {
    var steady = timespec()
    clock_gettime(CLOCK_MONOTONIC, &steady)
    return Moment(seconds: Double(steady.tv_sec) + Double(steady.tv_nsec) * 1e-9, unixSeconds: time(nil))
  }
}
