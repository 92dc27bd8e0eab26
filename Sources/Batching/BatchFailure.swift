/// Why a submission gets no answer from a worker.
package enum BatchFailure: Error, Equatable, Sendable {
  /// More waits already than the limits allow; what waits is expected to take so many nanoseconds.
  case queueFull(wait: UInt64)
  /// It is expected to take so many nanoseconds, longer than its deadline allows.
  case tooLate(wait: UInt64)
  /// Nothing new is taken since `drain`.
  case draining
  /// Its ticket was cancelled.
  case cancelled
  case deadlinePassed
  /// The worker returned without an answer for it.
  case unanswered
}
