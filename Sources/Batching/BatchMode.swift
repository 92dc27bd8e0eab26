/// When sentences may start on a worker.
package enum BatchMode: String, CaseIterable, Sendable {
  /// Between any two steps of what is under way.
  case continuous
  /// Only when all that was under way is over: whole batches, one after another.
  case whole = "static"
}
