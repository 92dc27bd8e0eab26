import Foundation
import Translation

/// Where the service goes once its models are loaded, and where another takes its place when they are loaded anew: the
/// server listens all the while.
///
/// `@unchecked Sendable`: the variables are only touched under `lock`.
package final class ServiceSlot: @unchecked Sendable {
  private let lock = NSLock()
  private var tenant: Tenant?
  private var isDraining = false

  /// A service and the requests that are being handed to it.
  private struct Tenant {
    let service: any Translator
    let callers = DispatchGroup()
  }

  package init(_ service: (any Translator)? = nil) {
    tenant = service.map { Tenant(service: $0) }
  }

  /// Puts a service, warmed up, where every request from now on finds it.
  /// - Parameter retired: called when no request is being handed to the one before any more, so that it can be told to
  ///   take nothing new; not where there was none.
  package func install(_ service: any Translator, retired: @escaping @Sendable () -> Void = {}) {
    let before = lock.withLock {
      defer { tenant = Tenant(service: service) }
      return tenant
    }
    before?.callers.notify(queue: .global(), execute: retired)
  }

  /// From now on the server says that it is not ready. Requests are served as long as the service takes them, since a
  /// load balancer takes a moment to notice.
  package func beginDrain() {
    lock.withLock { isDraining = true }
  }

  /// - Throws: why no requests should be sent here.
  func checkReady() throws {
    try withService { service in
      guard service.isReady, !lock.withLock({ isDraining }) else { throw Refusal.service(.draining) }
    }
  }

  /// Gives `body` the service of the moment, which takes requests until `body` returns even if another comes.
  /// - Throws: `Refusal.loading` while there is none.
  package func withService<Result>(_ body: (any Translator) throws -> Result) throws -> Result {
    let tenant = lock.withLock {
      self.tenant?.callers.enter()
      return self.tenant
    }
    guard let tenant else { throw Refusal.loading }
    defer { tenant.callers.leave() }
    return try body(tenant.service)
  }
}
