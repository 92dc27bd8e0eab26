import Foundation
import Translation

/// The place of the current service. It is empty until the models are loaded. When models are loaded again, a new
/// service replaces the old one while the server goes on listening.
///
/// `@unchecked Sendable`: the variables are only touched under `lock`.
package final class ServiceSlot: @unchecked Sendable {
  private let lock = NSLock()
  private var current: CurrentService?
  private var isDraining = false

  /// A service, and the calls that are handing requests to it.
  private struct CurrentService {
    let service: any Translator
    let callers = DispatchGroup()
  }

  package init(_ service: (any Translator)? = nil) {
    current = service.map { CurrentService(service: $0) }
  }

  /// Makes a service, which must be warm, the current one.
  /// - Parameter retired: called once no request is being handed to the previous service any longer, to drain it. It is
  ///   not called if there was none.
  package func install(_ service: any Translator, retired: @escaping @Sendable () -> Void = {}) {
    let before = lock.withLock {
      defer { current = CurrentService(service: service) }
      return current
    }
    before?.callers.notify(queue: .global(), execute: retired)
  }

  /// Reports from now on that the server is not ready. Requests are served as long as the service takes them, because a
  /// load balancer takes a moment to notice.
  package func beginDrain() {
    lock.withLock { isDraining = true }
  }

  /// Checks that a load balancer should send requests here.
  /// - Throws: the reason against it.
  func checkReady() throws {
    try withService { service in
      guard service.isReady, !lock.withLock({ isDraining }) else { throw Refusal.service(.draining) }
    }
  }

  /// Calls `body` with the current service, which takes requests until `body` returns even if it is replaced.
  /// - Throws: `Refusal.loading` while there is none.
  package func withService<Result>(_ body: (any Translator) throws -> Result) throws -> Result {
    let current = lock.withLock {
      self.current?.callers.enter()
      return self.current
    }
    guard let current else { throw Refusal.loading }
    defer { current.callers.leave() }
    return try body(current.service)
  }
}
