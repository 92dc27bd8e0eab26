import Files
import Foundation
import Translation

/// The glossaries of a folder's files, which can change at any time.
///
/// A `FilePoll` looks at the files. A file that cannot be read is reported and passed over; its terms stay as they were, if
/// it could be read before.
///
/// `@unchecked Sendable`: `files` and `named` are only touched under `lock`; all else is constant.
package final class GlossaryFolder: @unchecked Sendable {
  private let path: String
  private let report: @Sendable (String) -> Void
  private let poll = FilePoll("dragoman.glossaries")
  private let lock = NSLock()
  private var files: [String: File] = [:]
  /// Glossaries by name.
  private var named: [String: [Glossary]] = [:]

  private struct File {
    var stamp: KeyFile.Stamp
    var glossaries: [Glossary]
  }

  /// Reads the folder, and from then on looks at it now and then.
  /// - Parameters:
  ///   - pollIntervalSeconds: time between two looks at the folder; infinity for none.
  ///   - report: receives a line for each file that was read, and for each that could not be.
  /// - Throws: `FileError` if the folder cannot be listed.
  package init(
    path: String, pollIntervalSeconds: Double = 1, report: @escaping @Sendable (String) -> Void
  ) throws {
    self.path = path
    self.report = report
    guard (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil else {
      throw FileError(file: path, item: "folder", found: "none that can be listed", expected: "a folder of glossaries")
    }
    reload()
    poll.start(intervalSeconds: pollIntervalSeconds) { [weak self] in self?.reload() }
  }

  /// The glossaries of a name, one for each pair of languages; nil if there is none.
  func glossaries(named name: String) -> [Glossary]? { lock.withLock { named[name] } }

  package var names: [String] { lock.withLock { named.keys.sorted() } }

  /// Reads the files that are others than last time. The queue of `poll`, and the initializer, call it.
  func reload() {
    guard let found = try? FileManager.default.contentsOfDirectory(atPath: path) else { return }
    let names = found.filter { name in
      !name.hasPrefix(".") && GlossaryFile.endings.contains(GlossaryFile.Name(path: name).ending)
    }.sorted()
    let before = lock.withLock { files }
    var after: [String: File] = [:]
    for name in names {
      guard let stamp = KeyFile.Stamp(path: path + "/" + name) else { continue }
      let known = before[name]
      after[name] = known?.stamp == stamp ? known : read(name, stamp, known?.glossaries ?? [])
    }
    var named: [String: [Glossary]] = [:]
    for name in names {
      let glossaries = after[name]?.glossaries ?? []
      if !glossaries.isEmpty { named[GlossaryFile.Name(path: name).glossary, default: []] += glossaries }
    }
    lock.withLock {
      files = after
      self.named = named
    }
  }

  private func read(_ name: String, _ stamp: KeyFile.Stamp, _ before: [Glossary]) -> File {
    do throws(FileError) {
      let glossaries = try GlossaryFile(path: path + "/" + name).glossaries
      report("\(path)/\(name): \(glossaries.reduce(0) { $0 + $1.terms.count }) terms read")
      return File(stamp: stamp, glossaries: glossaries)
    } catch {
      let rest = before.isEmpty ? "the file is passed over" : "its terms stay as they were"
      report("\(error); \(rest)")
      return File(stamp: stamp, glossaries: before)
    }
  }
}
