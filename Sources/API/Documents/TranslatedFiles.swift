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

  private let lock = NSLock()
  private let lifetime: DispatchTimeInterval
  private let quota: Int
  private var files: [String: File] = [:]
  /// The names, the oldest first.
  private var ages: [String] = []
  private var bytes = 0

  /// - Parameters:
  ///   - lifetime: of each file.
  ///   - quota: bytes of all files together; the oldest make room.
  package init(lifetime: DispatchTimeInterval = .seconds(3600), quota: Int = 64 << 20) {
    self.lifetime = lifetime
    self.quota = quota
  }

  /// - Returns: a name with 128 random bits and the file's ending, by which it is found again.
  /// - Throws: `Refusal` for a file larger than the quota.
  func add(_ file: File, ending: String) throws -> String {
    guard file.bytes.count <= quota else {
      throw Refusal.service(.textTooLong(found: file.bytes.count, limit: quota))
    }
    let name = RandomName.made() + "." + ending
    lock.withLock {
      files[name] = file
      ages.append(name)
      bytes += file.bytes.count
      while bytes > quota { remove(ages[0]) }
    }
    DispatchQueue.global().asyncAfter(deadline: .now() + lifetime) { [weak self] in
      guard let self else { return }
      lock.withLock { self.remove(name) }
    }
    return name
  }

  func file(named name: String) -> File? {
    lock.withLock { files[name] }
  }

  /// Under `lock`.
  private func remove(_ name: String) {
    guard let file = files.removeValue(forKey: name) else { return }
    bytes -= file.bytes.count
    ages.removeAll { $0 == name }
  }
}
