/// What is to be done now with what waits.
package enum BatchDecision: Equatable {
  /// The batch has left the queue; run it on an idle worker, then ask again.
  case run(PlannedBatch)
  /// Ask again at this time of the clock, or when something changes.
  case wait(until: UInt64)
  /// Nothing waits, or no worker is idle.
  case nothing
}
