import Foundation
import HTTP

/// The store of translated files, from which clients fetch them until their time is over. Files are in memory alone, so
/// that nothing of them is left on a disk. The quota is more than an hour's work of a server.
///
/// `@unchecked Sendable`: the variables are only touched under `lock`.
package final class TranslatedFiles: @unchecked Sendable {
  struct File: Sendable {
    var bytes: [UInt8]
    /// The name under which the client saves it.
    var name: String
    var mediaType: String
  }

  /// About the bytes that the tables take per file, beside its content and names.
  private static let overhead = 512

  private let lock = NSLock()
  private let lifetime: DispatchTimeInterval
  private let quota: Int
  private var files: [String: File] = [:]
  private var ages = FileAges()
  private var bytes = 0
  private var isTimerSet = false

  /// - Parameters:
  ///   - lifetime: the time that each file is kept.
  ///   - quota: the most bytes of all files together, with names and tables; the oldest files are dropped first.
  package init(lifetime: DispatchTimeInterval = .seconds(3600), quota: Int = 64 << 20) {
    self.lifetime = lifetime
    self.quota = quota
  }

  /// Adds a file.
  /// - Returns: the name by which it is found, of 128 random bits and the file's ending.
  /// - Throws: `Refusal` if the file is larger than the quota.
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

  /// Bytes of the quota that a file takes.
  private static func size(of file: File, named name: String) -> Int {
    file.bytes.count + file.name.utf8.count + name.utf8.count + overhead
  }

  /// Drops the oldest file. Called under `lock`.
  private func removeOldest() {
    let name = ages.removeOldest()
    guard let file = files.removeValue(forKey: name) else { return }
    bytes -= Self.size(of: file, named: name)
  }

  /// Starts the timer, unless it runs. One is enough, because files go in the order in which they came. Called under
  /// `lock`.
  private func setTimer() {
    guard !isTimerSet, let expiry = ages.nextExpiry else { return }
    isTimerSet = true
    DispatchQueue.global().asyncAfter(deadline: expiry) { [weak self] in self?.removeExpired() }
  }

  private func removeExpired() {
    lock.withLock {
      let now = DispatchTime.now()
      while let expiry = ages.nextExpiry, expiry <= now { removeOldest() }
      isTimerSet = false
      setTimer()
    }
  }
}

/// The names of files in the order in which they came, each with the time when its file is dropped.
private struct FileAges {
  private typealias Entry = (name: String, expiry: DispatchTime)

  private var entries: [Entry] = []
  /// Index of the oldest entry. Entries before it were removed; they leave the array once they are half of it, so that a
  /// removal takes constant time.
  private var start = 0

  mutating func append(_ name: String, until expiry: DispatchTime) {
    entries.append((name, expiry))
  }

  /// The time when the oldest is dropped; nil if there is none.
  var nextExpiry: DispatchTime? { start < entries.count ? entries[start].expiry : nil }

  /// Removes the oldest name. There must be one.
  mutating func removeOldest() -> String {
    let name = entries[start].name
    start += 1
    if 2 * start >= entries.count {
      entries.removeFirst(start)
      start = 0
    }
    return name
  }
}
