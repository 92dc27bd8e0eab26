import Foundation
import Glibc

/// Limits on the characters that one key can have translated, per calendar day and calendar month in UTC.
struct CharacterQuota: Sendable, Equatable {
  var perDay: Int?
  var perMonth: Int?

  var isLimited: Bool { perDay != nil || perMonth != nil }
}

/// Number of characters translated since the server started: in total, and per API key also for the current day and month.
///
/// `@unchecked Sendable`: the variables are only touched under `lock`.
package final class UsageTally: @unchecked Sendable {
  /// The characters of a key, and the limit that they come closest to exceeding, as `/v2/usage` gives them.
  struct Usage: Equatable {
    var characters: Int
    /// Nil for no limit.
    var limit: Int?

    /// Characters up to the limit.
    var left: Int { (limit ?? .max) - characters }
  }

  /// A count that starts again with each period.
  private struct PeriodCount {
    var period = 0
    var characters = 0

    func characters(in period: Int) -> Int { self.period == period ? characters : 0 }

    mutating func add(_ more: Int, in period: Int) {
      characters = characters(in: period) + more
      self.period = period
    }
  }

  private struct KeyUsage {
    var total = 0
    var day = PeriodCount()
    var month = PeriodCount()
    /// Characters of requests that are not answered yet.
    var reserved = 0
  }

  private let lock = NSLock()
  private var total = 0
  /// Usage by the name of the key; as many entries as there ever were keys in the file.
  private var ofKeys: [String: KeyUsage] = [:]

  package init() {}

  /// Counts the characters of a request that is over, and takes back what it had reserved.
  func settle(_ characters: Int, reserved: Int, key: String?, unixMilliseconds: Int) {
    guard characters > 0 || reserved > 0 else { return }
    let (day, month) = Self.periods(unixMilliseconds)
    lock.withLock {
      total += characters
      guard let key else { return }
      var usage = ofKeys[key] ?? KeyUsage()
      usage.total += characters
      usage.day.add(characters, in: day)
      usage.month.add(characters, in: month)
      usage.reserved -= reserved
      ofKeys[key] = usage
    }
  }

  /// Reserves characters of a request that begins, so that requests side by side cannot exceed a limit together.
  /// - Throws: `Refusal.quotaExceeded`.
  func reserve(_ characters: Int, for key: APIKey, unixMilliseconds: Int) throws {
    let (day, month) = Self.periods(unixMilliseconds)
    try lock.withLock {
      var usage = ofKeys[key.name] ?? KeyUsage()
      func check(_ used: Int, _ limit: Int?, _ period: String) throws {
        guard let limit, used + usage.reserved + characters > limit else { return }
        throw Refusal.quotaExceeded(limit: limit, period: period)
      }
      try check(usage.day.characters(in: day), key.quota.perDay, "day")
      try check(usage.month.characters(in: month), key.quota.perMonth, "month")
      usage.reserved += characters
      ofKeys[key.name] = usage
    }
  }

  /// The characters translated with a key: of this month or day if that is limited, else of all time. If both are, those
  /// of the limit that leaves fewer.
  /// - Parameter key: the key; nil for all requests.
  func usage(of key: APIKey?, unixMilliseconds: Int) -> Usage {
    let (day, month) = Self.periods(unixMilliseconds)
    return lock.withLock {
      guard let key else { return Usage(characters: total) }
      let usage = ofKeys[key.name] ?? KeyUsage()
      let limited = [
        key.quota.perMonth.map { Usage(characters: usage.month.characters(in: month), limit: $0) },
        key.quota.perDay.map { Usage(characters: usage.day.characters(in: day), limit: $0) },
      ]
      return limited.compactMap { $0 }.min { $0.left < $1.left } ?? Usage(characters: usage.total)
    }
  }

  /// The numbers of the day and the month of a time, in UTC.
  private static func periods(_ unixMilliseconds: Int) -> (day: Int, month: Int) {
    var seconds = time_t(unixMilliseconds / 1000)
    var date = tm()
    gmtime_r(&seconds, &date)
    return (seconds / 86_400, Int(date.tm_year) * 12 + Int(date.tm_mon))
  }
}
