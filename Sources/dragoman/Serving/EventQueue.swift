import Foundation

/// Hands values from any thread to the one that waits, in order.
///
/// `@unchecked Sendable`: `waiting` is only touched under `condition`.
final class EventQueue<Event>: @unchecked Sendable {
  private let condition = NSCondition()
  private var waiting: [Event] = []

  func post(_ event: Event) {
    condition.lock()
    waiting.append(event)
    condition.signal()
    condition.unlock()
  }

  func wait() -> Event {
    condition.lock()
    defer { condition.unlock() }
    while waiting.isEmpty { condition.wait() }
    return waiting.removeFirst()
  }
}
