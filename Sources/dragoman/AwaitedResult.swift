import Dispatch
import Translation

/// What the service answers from another thread, for one who has nothing else to do.
///
/// `@unchecked Sendable`: `result` is written before the semaphore is signalled and read after it was waited for.
final class AwaitedResult<Value: Sendable>: @unchecked Sendable {
  private let finished = DispatchSemaphore(value: 0)
  private var result: Result<Value, TranslationError> = .failure(.cancelled)

  func finish(_ result: Result<Value, TranslationError>) {
    self.result = result
    finished.signal()
  }

  func wait() throws -> Value {
    finished.wait()
    return try result.get()
  }
}
