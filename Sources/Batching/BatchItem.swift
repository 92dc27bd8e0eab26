/// What the policy knows of something that waits: sizes and age, never the payload.
package struct BatchItem: Sendable, Equatable {
  /// Rises with each admission, so that it orders items of the same moment.
  package let id: UInt64
  /// Items of one submission share a group, and so a client.
  package let group: UInt64
  /// Whose it is; clients share the room fairly.
  package let client: String
  /// Only items of one kind are under way together, as in one kind a model.
  package let kind: Int
  /// Tokens of a row, 1 to 2^24; every row is padded to the longest that starts with it.
  package let length: Int
  /// Rows that the item takes, 1 to 2^16, as in the width of its beam.
  package let rows: Int
  /// Nanoseconds of the injected clock.
  package let arrival: UInt64
  /// Whether it follows from items that were admitted before: only a drain refuses it.
  package let isContinuation: Bool

  /// Sizes out of range are clamped into it, so that sums of costs cannot overflow.
  package init(
    id: UInt64, group: UInt64, client: String = "", kind: Int, length: Int, rows: Int, arrival: UInt64,
    isContinuation: Bool = false
  ) {
    self.id = id
    self.group = group
    self.client = client
    self.kind = kind
    self.length = min(max(length, 1), 1 << 24)
    self.rows = min(max(rows, 1), 1 << 16)
    self.arrival = arrival
    self.isContinuation = isContinuation
  }

  /// Without padding.
  package var tokens: Int { rows * length }
}
