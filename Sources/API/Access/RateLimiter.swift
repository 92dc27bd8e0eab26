import Foundation

/// Rate limits of many clients in bounded memory. Beyond the capacity, the clients that were quiet longest are forgotten
/// and start again with a full bucket. So a flood of addresses does not take the server's memory.
///
/// `@unchecked Sendable`: everything that changes is only touched under `lock`.
package final class RateLimiter<Client: Hashable & Sendable>: @unchecked Sendable {
  private let capacity: Int
  private let lock = NSLock()
  /// Clients seen since the generations last changed, and clients seen only before that.
  private var recent: [Client: TokenBucket] = [:]
  private var older: [Client: TokenBucket] = [:]

  /// - Parameter capacity: the least number of clients remembered; the most is twice that.
  package init(capacity: Int = 1 << 15) {
    self.capacity = capacity
  }

  /// Counts one request.
  /// - Parameters:
  ///   - perMinute: number of requests at once, and per minute from then on; at least 1.
  ///   - now: seconds of a clock that never jumps.
  /// - Returns: nil if the request is within the limit, else the seconds until a request is.
  package func take(_ client: Client, perMinute: Int, now: Double) -> Double? {
    lock.withLock {
      var bucket = bucket(of: client, perMinute, now)
      defer {
        if recent.count >= capacity, recent[client] == nil {
          older = recent
          recent = [:]
        }
        recent[client] = bucket
      }
      return bucket.take(perMinute: perMinute, now: now)
    }
  }

  /// The wait that `take` would return, without counting.
  package func wait(of client: Client, perMinute: Int, now: Double) -> Double? {
    lock.withLock {
      var copy = bucket(of: client, perMinute, now)
      return copy.take(perMinute: perMinute, now: now)
    }
  }

  /// The bucket of a client. Called under `lock`.
  private func bucket(of client: Client, _ perMinute: Int, _ now: Double) -> TokenBucket {
    recent[client] ?? older[client] ?? TokenBucket(perMinute: perMinute, now: now)
  }

  /// Number of clients remembered.
  package var count: Int { lock.withLock { recent.count + older.count } }
}

/// A rate limit: a number of requests at once, and from then on the same number per minute, evenly.
struct TokenBucket: Sendable {
  private var tokens: Double
  private var updated: Double

  init(perMinute: Int, now: Double) {
    tokens = Double(perMinute)
    updated = now
  }

  /// Takes the token of one request.
  /// - Parameters:
  ///   - perMinute: at least 1.
  ///   - now: seconds of a clock that never jumps.
  /// - Returns: nil if there was a token, else the seconds until there is one.
  mutating func take(perMinute: Int, now: Double) -> Double? {
    let perSecond = Double(perMinute) / 60
    tokens = min(Double(perMinute), tokens + max(0, now - updated) * perSecond)
    updated = now
    guard tokens >= 1 else { return (1 - tokens) / perSecond }
    tokens -= 1
    return nil
  }
}
