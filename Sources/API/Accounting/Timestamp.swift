import Glibc

/// A moment as RFC 3339 has it, in UTC: `2026-11-21T08:16:49.123Z`.
enum Timestamp {
  static func text(unixMilliseconds: Int) -> String {
    var seconds = time_t(unixMilliseconds / 1000)
    var parts = tm()
    guard gmtime_r(&seconds, &parts) != nil else { return "" }
    let date = "\(digits(Int(parts.tm_year) + 1900, 4))-\(digits(parts.tm_mon + 1))-\(digits(parts.tm_mday))"
    let time = "\(digits(parts.tm_hour)):\(digits(parts.tm_min)):\(digits(parts.tm_sec))"
    return "\(date)T\(time).\(digits(unixMilliseconds % 1000, 3))Z"
  }

  private static func digits(_ number: some BinaryInteger, _ count: Int = 2) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
  }
}
