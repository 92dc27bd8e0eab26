import Foundation

/// Characters translated since the server started, in all and with each API key.
///
/// `@unchecked Sendable`: the variables are only touched under `lock`.
package final class UsageTally: @unchecked Sendable {
  private let lock = NSLock()
  private var total = 0
  /// By the key's name: as many as there ever were in the key file.
  private var ofKeys: [String: Int] = [:]

  package init() {}

  func add(_ characters: Int, key: String?) {
    lock.withLock {
      total += characters
      if let key { ofKeys[key, default: 0] += characters }
    }
  }

  /// - Parameter key: nil for all.
  func characters(of key: String?) -> Int {
    lock.withLock { key.map { ofKeys[$0] ?? 0 } ?? total }
  }
}
