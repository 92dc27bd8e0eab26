/// Why a submission gets no answer from a worker.
package enum BatchFailure: Error, Equatable, Sendable {
  /// More waits already than the limits allow.
  case queueFull
  /// Nothing new is taken since `drain`.
  case draining
  /// Its ticket was cancelled.
  case cancelled
  /// The worker returned without an answer for it.
  case unanswered
}
