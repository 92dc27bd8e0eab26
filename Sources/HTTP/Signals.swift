import Dispatch
import Glibc

/// Calls a closure when a signal such as `SIGTERM` arrives, in place of what the system would do, while it lives.
///
/// `@unchecked Sendable`: `sources` is constant, and Dispatch sources may be cancelled from any thread.
package final class Signals: @unchecked Sendable {
  private let sources: [any DispatchSourceSignal]

  /// Returns once the signals are watched; what arrives later is not lost.
  package init(_ signals: [Int32], action: @escaping @Sendable (_ signal: Int32) -> Void) {
    let queue = DispatchQueue(label: "dragoman.signals")
    let watched = DispatchGroup()
    sources = signals.map { number in
      signal(number, SIG_IGN)
      watched.enter()
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { action(number) }
      source.setRegistrationHandler { watched.leave() }
      source.resume()
      return source
    }
    watched.wait()
  }

  deinit {
    sources.forEach { $0.cancel() }
  }
}
