import Foundation
import Translation

/// Where the service goes once its models are loaded: the server listens before that, so that health checks are answered.
///
/// `@unchecked Sendable`: the variables are only touched under `lock`.
package final class ServiceSlot: @unchecked Sendable {
  private let lock = NSLock()
  private var service: (any Translating)?
  private var isDraining = false

  package init(_ service: (any Translating)? = nil) {
    self.service = service
  }

  /// - Parameter service: warmed up.
  package func install(_ service: any Translating) {
    lock.withLock { self.service = service }
  }

  /// From now on the server says that it is not ready. Requests are served as long as the service takes them, since a
  /// load balancer takes a moment to notice.
  package func beginDrain() {
    lock.withLock { isDraining = true }
  }

  /// - Throws: why no requests should be sent here.
  func checkReady() throws {
    let service = try loaded()
    guard service.isReady, !lock.withLock({ isDraining }) else { throw Refusal.service(.draining) }
  }

  /// - Throws: `Refusal.loading` while there is none.
  func loaded() throws -> any Translating {
    guard let service = lock.withLock({ service }) else { throw Refusal.loading }
    return service
  }
}
