import Files
import Foundation

/// The API keys of a file that may change while they are used.
///
/// Requests only compare keys. A timer looks at the file on a queue of its own, so that no request waits for a disk.
///
/// `@unchecked Sendable`: the variables are only touched under `lock`, all else is constant.
package final class KeyStore: @unchecked Sendable {
  private let path: String
  private let report: @Sendable (String) -> Void
  private let timer: any DispatchSourceTimer
  private let lock = NSLock()
  private var keys: [APIKey]
  private var stamp: KeyFile.Stamp?

  /// Reads the file, and from then on looks at it now and then.
  /// - Parameters:
  ///   - pollIntervalSeconds: time between two looks at the file; infinity for none.
  ///   - report: receives a line when the file was read again and when that failed.
  /// - Throws: `FileError`.
  package init(
    path: String, pollIntervalSeconds: Double = 1, report: @escaping @Sendable (String) -> Void
  ) throws {
    let file = try KeyFile(path: path)
    self.path = path
    self.report = report
    keys = file.keys
    stamp = file.stamp
    timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "dragoman.keys"))
    timer.setEventHandler { [weak self] in self?.reloadIfChanged() }
    if pollIntervalSeconds.isFinite {
      timer.schedule(
        deadline: .now() + pollIntervalSeconds, repeating: pollIntervalSeconds, leeway: .milliseconds(100))
    }
    timer.resume()
  }

  deinit { timer.cancel() }

  /// The key of the file that equals the text.
  func key(_ text: String) -> APIKey? {
    guard let candidate = PaddedSecret(text) else { return nil }
    // All keys are compared, so that the time does not tell which one matched.
    return lock.withLock { keys }.reduce(nil as APIKey?) { found, key in
      key.matches(candidate) ? key : found
    }
  }

  /// Reads the file again. A file that cannot be used leaves the keys as they were.
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

  /// Reads the file again if it is another one than last time.
  func reloadIfChanged() {
    let found = KeyFile.Stamp(path: path)
    let isSame = lock.withLock {
      defer { stamp = found }
      return stamp == found
    }
    if !isSame { reload() }
  }
}
