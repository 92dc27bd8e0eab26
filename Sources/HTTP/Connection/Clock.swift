import Glibc

/// A point in time. Everything with a timeout or a date takes it as an argument, so that tests set their own.
package struct Moment: Sendable, Equatable {
  /// Seconds of a steady clock, which never jumps.
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

/// The time at which a transfer is given up: after some seconds without a byte, or once it has fallen as far behind the
/// minimum rate.
///
/// The rate catches a peer that sends a byte now and then, and sets no bound on the time of an honest large transfer.
struct ProgressTimer: Sendable {
  private let timeoutSeconds: Double
  /// Bytes per second.
  private let minimumRate: Double
  private let startSeconds: Double
  private var latestSeconds: Double
  private var bytes = 0

  init(seconds: Double, minimumRate: Double, now: Moment) {
    timeoutSeconds = seconds
    self.minimumRate = minimumRate
    startSeconds = now.seconds
    latestSeconds = now.seconds
  }

  mutating func moved(_ count: Int, now: Moment) {
    guard count > 0 else { return }
    bytes += count
    latestSeconds = now.seconds
  }

  /// Seconds of the steady clock.
  var deadline: Double {
    min(latestSeconds + timeoutSeconds, startSeconds + timeoutSeconds + Double(bytes) / minimumRate)
  }
}

/// The `Date` field (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
package enum HTTPDate {
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// - Parameter unixSeconds: seconds since 1970, UTC.
  package static func text(unixSeconds: Int) -> String {
    let seconds = max(0, unixSeconds)
    let day = seconds / 86400
    let (year, month, dayOfMonth) = civil(day: day)
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
    let date = "\(days[day % 7]), \(twoDigits(dayOfMonth)) \(months[month - 1]) \(year)"
    return "\(date) \(twoDigits(hour)):\(twoDigits(minute)):\(twoDigits(second)) GMT"
  }

  /// The proleptic Gregorian date of a day since 1970.
  ///
  /// Years are counted from March, so that the leap day comes last. 400 years have 146,097 days, and 719,468 days lie
  /// between 1 March of year 0 and 1970.
  private static func civil(day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
