/// The numbers behind the batching rules.
package struct BatchLimits: Sendable, Equatable {
  /// Padded tokens a batch: rows times the longest of them. An item that alone is over it runs alone.
  package var batchTokens: Int
  /// Nanoseconds that an item waits at most for company while a worker is idle.
  package var delay: UInt64
  /// Items and tokens (without padding) that may wait; a submission that would exceed one of them is refused whole.
  package var queuedItems: Int
  package var queuedTokens: Int

  package init(batchTokens: Int, delay: UInt64, queuedItems: Int, queuedTokens: Int) {
    self.batchTokens = batchTokens
    self.delay = delay
    self.queuedItems = queuedItems
    self.queuedTokens = queuedTokens
  }
}
