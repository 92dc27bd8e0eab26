import Foundation

/// Tells those who asked that a request's client has left, once, unless the request was answered first.
///
/// `@unchecked Sendable`: `state` is touched under `lock` only.
final class DepartureNotice: @unchecked Sendable {
  private enum State {
    case waiting([@Sendable () -> Void])
    case left, answered
  }

  private let lock = NSLock()
  private var state = State.waiting([])

  var hasLeft: Bool {
    lock.withLock {
      if case .left = state { return true }
      return false
    }
  }

  /// At once if the client has left already, never if it was answered.
  func add(_ action: @escaping @Sendable () -> Void) {
    let hasLeft = lock.withLock {
      switch state {
      case .waiting(let actions):
        state = .waiting(actions + [action])
        return false
      case .left: return true
      case .answered: return false
      }
    }
    if hasLeft { action() }
  }

  /// The client has left: runs what was added, on this thread.
  func fire() {
    for action in end(as: .left) { action() }
  }

  /// Nothing will be run any more.
  func settle() {
    _ = end(as: .answered)
  }

  private func end(as final: State) -> [@Sendable () -> Void] {
    lock.withLock {
      guard case .waiting(let actions) = state else { return [] }
      state = final
      return actions
    }
  }
}
