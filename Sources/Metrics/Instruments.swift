import Foundation

/// A count that only rises. Can be used from any thread.
///
/// `@unchecked Sendable`: `count` is only touched under `lock`.
package final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0

  package init() {}

  package func add(_ amount: Int = 1) {
    lock.withLock { count &+= amount }
  }

  package var value: Int { lock.withLock { count } }
}

/// Counts of values between fixed bounds. Can be used from any thread.
///
/// `@unchecked Sendable`: `counts` and `sum` are only touched under `lock`, all else is constant.
package final class Histogram: @unchecked Sendable {
  /// Upper bounds of the buckets, inclusive, in rising order.
  package let bounds: [Double]
  private let lock = NSLock()
  /// A count per bound, then one for values above the last.
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

  /// A consistent copy; `cumulative` has a count per bound, of the values up to it.
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

/// Instruments of one kind, distinguished by the values of their labels, and made when first used.
///
/// The family grows with each new combination of values: they must come from a bounded set.
///
/// `@unchecked Sendable`: `members` is only touched under `lock`, all else is constant.
package final class Family<Instrument: Sendable>: @unchecked Sendable {
  /// Names of the labels.
  package let labels: [String]
  private let make: @Sendable () -> Instrument
  private let lock = NSLock()
  private var members: [[String]: Instrument] = [:]

  package init(labels: [String], make: @escaping @Sendable () -> Instrument) {
    self.labels = labels
    self.make = make
  }

  /// - Parameter values: one for each label.
  package subscript(values: String...) -> Instrument {
    lock.withLock {
      if let member = members[values] { return member }
      let member = make()
      members[values] = member
      return member
    }
  }

  /// All instruments, in the order of their labels' values.
  package var all: [(values: [String], instrument: Instrument)] {
    lock.withLock { members }.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
  }
}
