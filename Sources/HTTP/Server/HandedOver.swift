import Synchronization

/// Bytes of requests whose handlers have been called and have not returned. They wait for a thread whether or not their
/// clients are still there, so that connections do not bound them.
final class HandedOver: Sendable {
  private let bytes = Atomic(0)

  /// - Returns: whether there was room; a request of any size has it where there is no other. Only for one thread.
  func take(_ count: Int, limit: Int) -> Bool {
    let before = bytes.load(ordering: .relaxed)
    guard before == 0 || before + count <= limit else { return false }
    bytes.add(count, ordering: .relaxed)
    return true
  }

  func giveBack(_ count: Int) {
    bytes.subtract(count, ordering: .relaxed)
  }
}
