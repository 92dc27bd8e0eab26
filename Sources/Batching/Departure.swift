/// An item that is over.
struct Departure {
  let item: BatchItem
  /// Nanoseconds that it was under way.
  let stay: UInt64
  /// Nobody waited for it any more.
  let isGivenUp: Bool
}
