/// A rate limit: so many requests at once, and from then on as many a minute, evenly.
struct TokenBucket: Sendable {
  private var tokens: Double
  private var updated: Double

  init(perMinute: Int, now: Double) {
    tokens = Double(perMinute)
    updated = now
  }

  /// Takes one request's token.
  /// - Parameters:
  ///   - perMinute: at least 1.
  ///   - now: seconds.
  /// - Returns: nil where there was one, else the seconds until there is.
  mutating func take(perMinute: Int, now: Double) -> Double? {
    let perSecond = Double(perMinute) / 60
    tokens = min(Double(perMinute), tokens + max(0, now - updated) * perSecond)
    updated = now
    guard tokens >= 1 else { return (1 - tokens) / perSecond }
    tokens -= 1
    return nil
  }
}
