import Dispatch
import Glibc

/// Calls a closure when a signal such as `SIGTERM` arrives, in place of what the system would do, while it lives.
///
/// `@unchecked Sendable`: `sources` is constant, and Dispatch sources may be cancelled from any thread.
package final class Signals: @unchecked Sendable {
  private let sources: [any DispatchSourceSignal]

  package init(
    _ signals: [Int32], queue: DispatchQueue = .global(), action: @escaping @Sendable (_ signal: Int32) -> Void
  ) {
    sources = signals.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { action(number) }
      source.resume()
      return source
    }
  }

  deinit {
    sources.forEach { $0.cancel() }
  }
}
