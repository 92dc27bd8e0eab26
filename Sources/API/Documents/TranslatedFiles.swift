import Foundation
import HTTP

/// Translated files until they are fetched or their time is over. They are kept in memory alone: nothing of them is left
/// on a disk, and at the rate that text is translated, the quota is more than an hour's work.
///
/// `@unchecked Sendable`: the variables are only touched under `lock`.
package final class TranslatedFiles: @unchecked Sendable {
  struct File: Sendable {
    var bytes: [UInt8]
    /// What the client is to call it.
    var name: String
    var mediaType: String
  }

  /// About what the tables take for a file, beside its bytes and names.
  private static let overhead = 512

  private let lock = NSLock()
  private let lifetime: DispatchTimeInterval
  private let quota: Int
  private var files: [String: File] = [:]
  private var ages = FileAges()
  private var bytes = 0
  private var isTimerSet = false

  /// - Parameters:
  ///   - lifetime: of each file.
  ///   - quota: bytes of all files together, with their names and what the tables take; the oldest make room.
  package init(lifetime: DispatchTimeInterval = .seconds(3600), quota: Int = 64 << 20) {
    self.lifetime = lifetime
    self.quota = quota
  }

  /// - Returns: a name with 128 random bits and the file's ending, by which it is found again.
  /// - Throws: `Refusal` for a file larger than the quota.
  func add(_ file: File, ending: String) throws -> String {
    let name = RandomName.made() + "." + ending
    let size = Self.size(of: file, named: name)
    guard size <= quota else { throw Refusal.fileTooLarge(found: size, limit: quota) }
    lock.withLock {
      files[name] = file
      ages.append(name, until: .now() + lifetime)
      bytes += size
      while bytes > quota { removeOldest() }
      setTimer()
    }
    return name
  }

  func file(named name: String) -> File? {
    lock.withLock { files[name] }
  }

  /// What a file takes of the quota.
  private static func size(of file: File, named name: String) -> Int {
    file.bytes.count + file.name.utf8.count + name.utf8.count + overhead
  }

  /// Under `lock`.
  private func removeOldest() {
    let name = ages.removeOldest()
    guard let file = files.removeValue(forKey: name) else { return }
    bytes -= Self.size(of: file, named: name)
  }

  /// One timer is enough, since files go in the order they came. Under `lock`.
  private func setTimer() {
    guard !isTimerSet, let end = ages.nextEnd else { return }
    isTimerSet = true
    DispatchQueue.global().asyncAfter(deadline: end) { [weak self] in self?.removeThoseThatEnd() }
  }

  private func removeThoseThatEnd() {
    lock.withLock {
      let now = DispatchTime.now()
      while let end = ages.nextEnd, end <= now { removeOldest() }
      isTimerSet = false
      setTimer()
    }
  }
}
