import Foundation

/// Instruments of one kind, told apart by the values of their labels, made when first used. It grows with each new
/// combination: the values must come out of a bounded set.
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

  /// In the order of their labels' values.
  package var all: [(values: [String], instrument: Instrument)] {
    lock.withLock { members }.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
  }
}
