/// How fast workers get through tokens, and what that promises to those that wait. The clock is an argument.
struct ThroughputMeter {
  /// Busy nanoseconds, of all workers together, that make a sample.
  private static let window: UInt64 = 200_000_000
  private static let quick = 0.5
  private static let slow = 0.25

  /// Tokens a busy nanosecond of one worker; nil before the first sample.
  private var rate: Double?
  /// Nanoseconds from an item's start to its end, a moving average.
  private var stay = 0.0
  private var busy: UInt64 = 0
  private var tokens = 0
  private var last: UInt64 = 0

  /// To be called before the number of busy workers changes, and with whatever ends.
  /// - Parameters:
  ///   - workers: busy since the last call.
  ///   - isSaturated: whether something waits in spite of them.
  mutating func advance(to now: UInt64, workers: Int, isSaturated: Bool) {
    if now > last { busy &+= (now - last) &* UInt64(workers) }
    last = max(last, now)
    guard busy >= Self.window else { return }
    sample(Double(tokens) / Double(busy), isSaturated: isSaturated)
    busy = 0
    tokens = 0
  }

  /// Workers that have little to do are slower than they could be, so only what they do under pressure counts against
  /// the rate.
  private mutating func sample(_ found: Double, isSaturated: Bool) {
    guard let known = rate else { return rate = found > 0 ? found : nil }
    if isSaturated {
      rate = known + (found - known) * Self.slow
    } else if found > known {
      rate = known + (found - known) * Self.quick
    }
  }

  /// What was given up brought nothing, and would have taken longer than it did.
  mutating func ended(_ item: BatchItem, after time: UInt64, isGivenUp: Bool) {
    if isGivenUp && Double(time) <= stay { return }
    if !isGivenUp { tokens += item.tokens }
    stay += (Double(time) - stay) * (stay == 0 ? 1 : 0.05)
  }

  /// Nanoseconds that an item is under way.
  var usualStay: UInt64 { UInt64(min(stay, 1e18)) }

  /// Nanoseconds until the last of so many tokens has been answered by so many workers; 0 while nothing is known.
  func wait(tokens: Int, workers: Int) -> UInt64 {
    guard let rate, rate > 0 else { return 0 }
    return UInt64(min(Double(tokens) / (rate * Double(workers)) + stay, 1e18))
  }
}
