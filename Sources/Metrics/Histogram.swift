import Foundation

/// How often values fell between fixed bounds, from any thread.
///
/// `@unchecked Sendable`: `counts` and `sum` are only touched under `lock`, all else is constant.
package final class Histogram: @unchecked Sendable {
  /// Values up to and including each bound, in rising order.
  package let bounds: [Double]
  private let lock = NSLock()
  /// One for each bound, then one for what lies beyond the last.
  private var counts: [Int]
  private var sum = 0.0

  /// - Parameter bounds: rising.
  package init(bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  package func observe(_ value: Double) {
    let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
    lock.withLock {
      counts[bucket] &+= 1
      sum += value
    }
  }

  /// All of it at one moment; `cumulative` has one count for each bound, of the values up to it.
  package var snapshot: (cumulative: [Int], count: Int, sum: Double) {
    let (counts, sum) = lock.withLock { (self.counts, self.sum) }
    var total = 0
    let cumulative = counts.map { count in
      total += count
      return total
    }
    return (cumulative.dropLast(), total, sum)
  }
}
