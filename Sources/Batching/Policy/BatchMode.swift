/// When sentences may start on a worker.
package enum BatchMode: String, CaseIterable, Sendable {
  /// Between any two steps of what is under way.
  case continuous
  /// Only when all that was under way is over: whole batches, one after another.
  case whole = "static"

  /// What an item waits at most for others to start with. A static batch waits for them on an idle worker; beside others
  /// under way the wait ends long before, when a third as many wait, and a bigger pass through the encoder is cheaper.
  package var usualDelayMilliseconds: Double {
    switch self {
    case .continuous: 10
    case .whole: 3
    }
  }
}
