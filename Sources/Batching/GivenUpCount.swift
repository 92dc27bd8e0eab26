import Synchronization

/// How many entries were finished by others than their worker: cancelled, or late. Workers look at this one number
/// between steps, and at their entries only where it has changed.
final class GivenUpCount: Sendable {
  private let count = Atomic(0)

  var value: Int { count.load(ordering: .acquiring) }

  /// To be called after an entry was finished.
  func add() {
    count.add(1, ordering: .releasing)
  }
}
