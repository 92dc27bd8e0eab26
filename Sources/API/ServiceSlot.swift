import Foundation
import Translation

/// Where the service goes once its models are loaded: the server listens before that, so that health checks are answered.
///
/// `@unchecked Sendable`: `service` is only touched under `lock`.
package final class ServiceSlot: @unchecked Sendable {
  private let lock = NSLock()
  private var service: (any Translating)?

  package init(_ service: (any Translating)? = nil) {
    self.service = service
  }

  package func install(_ service: any Translating) {
    lock.withLock { self.service = service }
  }

  var isReady: Bool { current?.isReady ?? false }

  /// - Throws: `Refusal.loading` while there is none.
  func loaded() throws -> any Translating {
    guard let service = current else { throw Refusal.loading }
    return service
  }

  private var current: (any Translating)? { lock.withLock { service } }
}
