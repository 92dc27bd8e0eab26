/// An observer that counts a service's work. It is called on workers' threads, so it must be quick.
package protocol ServiceObserver: Sendable {
  /// Reports that a clause left the queue for a worker.
  func started(waitedSeconds: Double)
  /// Reports that clauses start on a worker.
  /// - Parameters:
  ///   - rows: rows in flight there from now on, beams included.
  ///   - paddedTokens: tokens that start, padding included.
  func ran(rows: Int, paddedTokens: Int)
  /// Reports that a clause was decoded, or given up on the way.
  func finished(_ tokens: TokenCounts)
}
