import Files
import Foundation

/// The API keys of a file that may change while they are used.
///
/// `@unchecked Sendable`: everything that changes is only touched under `lock`, all else is constant.
package final class KeyStore: @unchecked Sendable {
  /// Seconds between two looks at the file.
  private static let patience = 1.0

  private let path: String
  private let time: TimeSource
  private let report: @Sendable (String) -> Void
  private let lock = NSLock()
  private var keys: [APIKey]
  private var stamp: KeyFile.Stamp?
  private var nextLook: Double

  /// - Parameter report: is told, in a line, when the file was read again and when that failed.
  /// - Throws: `FileError`.
  package init(path: String, time: TimeSource = .system, report: @escaping @Sendable (String) -> Void) throws {
    let file = try KeyFile(path: path)
    self.path = path
    self.time = time
    self.report = report
    keys = file.keys
    stamp = file.stamp
    nextLook = time.steadySeconds() + Self.patience
  }

  /// The key that the text is, of those in the file; that is looked at first, at most once a second.
  func key(_ text: String) -> APIKey? {
    lookIfDue()
    guard let candidate = PaddedSecret(text) else { return nil }
    // Every key is compared, wherever the match stands.
    return lock.withLock { keys }.reduce(nil as APIKey?) { found, key in
      key.matches(candidate) ? key : found
    }
  }

  /// Reads the file again. One that can not be used leaves the keys as they were.
  package func reload() {
    do {
      let file = try KeyFile(path: path)
      lock.withLock {
        keys = file.keys
        stamp = file.stamp
      }
      report("\(path): \(file.keys.count) keys read")
    } catch {
      report("\(error); the keys stay as they were")
    }
  }

  private func lookIfDue() {
    let now = time.steadySeconds()
    let last: KeyFile.Stamp?? = lock.withLock {
      guard now >= nextLook else { return nil }
      nextLook = now + Self.patience
      return .some(stamp)
    }
    guard let last else { return }
    let found = KeyFile.Stamp(path: path)
    guard found != last else { return }
    lock.withLock { stamp = found }
    reload()
  }
}
