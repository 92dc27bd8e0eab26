/// What a worker is to do now.
package enum BatchDecision: Equatable {
  /// These have left the queue and start on it, beside what is under way there.
  case run(PlannedBatch)
  /// Ask again at this time of the clock, or when something changes.
  case wait(until: UInt64)
  /// Go on with what is under way.
  case nothing
}
