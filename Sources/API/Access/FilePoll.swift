import Dispatch

/// Looks at files now and then, on a queue of its own, so that no request waits for a disk.
///
/// `@unchecked Sendable`: `timer` is only set by `start`, which the owner calls before others can see the poll.
final class FilePoll: @unchecked Sendable {
  private let label: String
  private var timer: (any DispatchSourceTimer)?

  /// - Parameter label: the name of the queue.
  init(_ label: String) { self.label = label }

  deinit { timer?.cancel() }

  /// - Parameters:
  ///   - intervalSeconds: time between two looks; infinity for none.
  ///   - startsNow: whether the first look is at once instead of after the interval.
  ///   - look: called on the queue; holds its owner weakly, which ends the looks when it goes.
  func start(intervalSeconds: Double, startsNow: Bool = false, _ look: @escaping @Sendable () -> Void) {
    guard timer == nil, intervalSeconds.isFinite else { return }
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: label))
    timer.setEventHandler(handler: look)
    timer.schedule(
      deadline: .now() + (startsNow ? 0 : intervalSeconds), repeating: intervalSeconds, leeway: .milliseconds(100))
    timer.resume()
    self.timer = timer
  }
}
