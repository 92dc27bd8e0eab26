/// What the policy knows of something that waits: sizes and age, never the payload.
package struct BatchItem: Sendable, Equatable {
  /// Rises with each admission, so that it orders items of the same moment.
  package let id: UInt64
  /// Items of one submission share a group.
  package let group: UInt64
  /// Only items of one kind go into one batch, as in one kind a model.
  package let kind: Int
  /// Tokens of a row, 1 to 2^24; every row of a batch is padded to the longest.
  package let length: Int
  /// Rows that the item takes in a batch, 1 to 2^16, as in the width of its beam.
  package let rows: Int
  /// Nanoseconds of the injected clock.
  package let arrival: UInt64

  /// Sizes out of range are clamped into it, so that sums of costs cannot overflow.
  package init(id: UInt64, group: UInt64, kind: Int, length: Int, rows: Int, arrival: UInt64) {
    self.id = id
    self.group = group
    self.kind = kind
    self.length = min(max(length, 1), 1 << 24)
    self.rows = min(max(rows, 1), 1 << 16)
    self.arrival = arrival
  }

  /// Without padding.
  package var tokens: Int { rows * length }
}
