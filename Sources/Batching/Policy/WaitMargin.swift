/// How much longer than expected a wait may turn out, as seen on those before it.
///
/// A factor that all but a few of the waits kept to: it rises with each that did not and falls a little with each that
/// did, so that it settles where the two balance (stochastic approximation of a quantile, Robbins and Monro 1951).
struct WaitMargin {
  /// Of the waits, the part that may be longer.
  private static let exceptions = 0.005
  private static let step = 0.04
  private static let bounds = 1.25...4.0

  private var factor = bounds.lowerBound

  /// To be called with each wait that is over, or has been given up.
  /// - Parameters:
  ///   - time: nanoseconds that it took, or had taken by then.
  ///   - isOver: false where nobody knows how long it would have become.
  mutating func saw(_ time: UInt64, expected: UInt64, isOver: Bool) {
    let isLonger = Double(time) > Double(expected) * factor
    guard isLonger || isOver else { return }
    factor += Self.step * (isLonger ? 1 - Self.exceptions : -Self.exceptions)
    factor = min(max(factor, Self.bounds.lowerBound), Self.bounds.upperBound)
  }

  /// What a wait may come to.
  func most(_ wait: UInt64) -> UInt64 { UInt64(min(Double(wait) * factor, 1e18)) }
}
