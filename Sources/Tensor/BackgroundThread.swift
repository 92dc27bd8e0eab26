import CLinux
import Dispatch
import Foundation

/// A thread of low priority for work beside running translations, such as the load of a model.
///
/// Linux lets any process lower a thread's priority, but not raise it again. A thread hands its priority on to threads
/// that it starts, those of Dispatch's pools included. So each work has a thread of its own, which ends with the work,
/// and code that would use other threads asks `isCurrent` first.
package enum BackgroundThread {
  /// Steps of `nice`: on a busy core, such a thread gets about a tenth of the time of an ordinary one.
  private static let niceness: Int32 = 10

  /// Whether the calling thread is one of these, and has to do all work by itself.
  package static var isCurrent: Bool { linux_is_background() }

  /// Runs `body` on a new thread and waits for its end.
  /// - Throws: the error of `body`.
  package static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) throws -> Value {
    let outcome = Outcome<Value>()
    Thread.detachNewThread {
      linux_name_thread("background")
      linux_enter_background(niceness)
      outcome.end(Result { try body() })
    }
    return try outcome.wait().get()
  }

  // @unchecked: `result` is written before the semaphore is signalled and read afterwards.
  private final class Outcome<Value: Sendable>: @unchecked Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private var result: Result<Value, any Error> = .failure(CancellationError())

    func end(_ result: Result<Value, any Error>) {
      self.result = result
      semaphore.signal()
    }

    func wait() -> Result<Value, any Error> {
      semaphore.wait()
      return result
    }
  }
}
