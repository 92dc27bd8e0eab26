import Dispatch
import Foundation

/// Whether the service is warm or draining, and what it still owes answers for.
///
/// `@unchecked Sendable`: `phase` is only touched under `lock`; a dispatch group may be used from any thread.
final class ServiceState: @unchecked Sendable {
  private enum Phase {
    case cold, ready, draining
  }

  private let lock = NSLock()
  private var phase = Phase.cold
  private let owed = DispatchGroup()

  var isReady: Bool { lock.withLock { phase == .ready } }

  func becomeReady() {
    lock.withLock { if phase == .cold { phase = .ready } }
  }

  /// Owes one answer more, until `settle`.
  /// - Returns: false where the service is draining and takes nothing new.
  func accept() -> Bool {
    lock.withLock {
      if phase == .draining { return false }
      owed.enter()
      return true
    }
  }

  func settle() {
    owed.leave()
  }

  /// - Parameter completion: called when nothing is owed any more.
  func drain(completion: @escaping @Sendable () -> Void) {
    lock.withLock { phase = .draining }
    owed.notify(queue: .global(), execute: completion)
  }
}
