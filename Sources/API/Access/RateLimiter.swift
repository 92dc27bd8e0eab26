import Foundation

/// Rate limits of many clients in bounded memory. Of clients beyond the capacity those that were quiet longest are
/// forgotten and start anew: a flood of addresses costs its sender its limits, not the server its memory.
///
/// `@unchecked Sendable`: everything that changes is only touched under `lock`.
package final class RateLimiter<Client: Hashable & Sendable>: @unchecked Sendable {
  private let capacity: Int
  private let lock = NSLock()
  /// Seen since the generations last changed, and those seen only before that.
  private var recent: [Client: TokenBucket] = [:]
  private var older: [Client: TokenBucket] = [:]

  /// - Parameter capacity: clients remembered at least; twice as many at most.
  package init(capacity: Int = 1 << 15) {
    self.capacity = capacity
  }

  /// Counts one request.
  /// - Parameters:
  ///   - perMinute: requests at once, and a minute from then on; at least 1.
  ///   - now: seconds of a clock that never jumps.
  /// - Returns: nil where the request may be served, else the seconds after which one may.
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

  /// What `take` would return, without counting.
  package func wait(of client: Client, perMinute: Int, now: Double) -> Double? {
    lock.withLock {
      var copy = bucket(of: client, perMinute, now)
      return copy.take(perMinute: perMinute, now: now)
    }
  }

  /// Under `lock`.
  private func bucket(of client: Client, _ perMinute: Int, _ now: Double) -> TokenBucket {
    recent[client] ?? older[client] ?? TokenBucket(perMinute: perMinute, now: now)
  }

  /// Clients remembered.
  package var count: Int { lock.withLock { recent.count + older.count } }
}
