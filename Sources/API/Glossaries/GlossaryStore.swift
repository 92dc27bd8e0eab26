import Files
import Foundation
import Translation

/// The glossaries that clients create, in memory and, if the operator wants it, in a folder.
///
/// A client sees the glossaries of its own key alone. A file is written under another name and then renamed, so that it
/// is whole or not there.
///
/// `@unchecked Sendable`: `glossaries` is only touched under `lock`. Changes are made under `writing`, from the look at the
/// glossary to its file.
package final class GlossaryStore: @unchecked Sendable {
  /// The most glossaries of one key, and the most bytes of all.
  private static let maxPerOwner = 1000
  private static let maxBytes = 512 << 20
  private static let ending = ".json"

  private let folder: String?
  private let lock = NSLock()
  private let writing = NSLock()
  private var glossaries: [String: StoredGlossary] = [:]

  /// A store in memory.
  package init() { folder = nil }

  /// A store in a folder, which is made if it is not there. A file that cannot be read is passed over.
  /// - Parameter report: receives a line for each such file.
  /// - Throws: `FileError` if the folder cannot be made or listed.
  package init(folder: String, report: @Sendable (String) -> Void) throws {
    self.folder = folder
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      where name.hasSuffix(Self.ending) {
        do {
          let path = folder + "/" + name
          let glossary = try Self.read(path)
          glossaries[glossary.id] = glossary
        } catch {
          report("\(error); the file is passed over")
        }
      }
    } catch {
      throw FileError(
        file: folder, item: "folder", found: "the error \"\(error.localizedDescription)\"",
        expected: "a folder that can be written")
    }
  }

  private static func read(_ path: String) throws -> StoredGlossary {
    let bytes = try InputFile(path: path, atMost: maxBytes).withBytes { Array($0) }
    do throws(GlossaryFile.Fault) {
      return try StoredGlossary(json: bytes)
    } catch {
      throw FileError(file: path, item: error.item, found: error.found, expected: error.expected)
    }
  }

  /// Whether a text is an id as the store makes them, so that it can name a file.
  static func isID(_ text: String) -> Bool {
    text.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/) != nil
  }

  // MARK: Reading

  /// The glossaries of a key, in the order of their creation.
  func all(of owner: String?) -> [StoredGlossary] {
    let own = lock.withLock { glossaries.values.filter { $0.owner == owner } }
    return own.sorted { ($0.created, $0.id) < ($1.created, $1.id) }
  }

  /// - Throws: `Refusal.noSuchGlossary` if the key has no glossary of that id.
  func glossary(_ id: String, of owner: String?) throws -> StoredGlossary {
    guard let glossary = lock.withLock({ glossaries[id] }), glossary.owner == owner else {
      throw Refusal.noSuchGlossary
    }
    return glossary
  }

  // MARK: Writing

  /// - Throws: `Refusal` if there is no room, or `FileError`.
  func create(name: String, dictionaries: [Glossary], owner: String?) throws -> StoredGlossary {
    let glossary = StoredGlossary(
      id: UUID().uuidString.lowercased(), owner: owner, name: name,
      created: Int(Date().timeIntervalSince1970 * 1000), dictionaries: dictionaries)
    try writing.withLock { try keep(glossary) }
    return glossary
  }

  /// Changes a glossary. Changes take place one after the other, so that none is lost.
  /// - Throws: what `change` throws; `Refusal` if there is no such glossary or no room, or `FileError`.
  func update(
    _ id: String, of owner: String?, _ change: (inout StoredGlossary) throws -> Void
  ) throws -> StoredGlossary {
    try writing.withLock {
      var glossary = try glossary(id, of: owner)
      try change(&glossary)
      try keep(glossary)
      return glossary
    }
  }

  func delete(_ id: String, of owner: String?) throws {
    try writing.withLock {
      _ = try glossary(id, of: owner)
      if let folder { try FileManager.default.removeItem(atPath: path(id, folder)) }
      lock.withLock { glossaries[id] = nil }
    }
  }

  /// Called under `writing`.
  private func keep(_ glossary: StoredGlossary) throws {
    let (count, bytes) = lock.withLock {
      let others = glossaries.values.filter { $0.id != glossary.id }
      return (others.count { $0.owner == glossary.owner }, others.reduce(0) { $0 + $1.bytes })
    }
    guard count < Self.maxPerOwner, bytes + glossary.bytes <= Self.maxBytes else {
      throw Refusal.malformed("found \(count) glossaries with \(bytes) bytes, expected room for one more")
    }
    if let folder { try write(glossary, to: folder) }
    lock.withLock { glossaries[glossary.id] = glossary }
  }

  private func write(_ glossary: StoredGlossary, to folder: String) throws {
    let path = path(glossary.id, folder)
    do {
      try Data(glossary.json).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw FileError(
        file: path, item: "file", found: "the error \"\(error.localizedDescription)\"", expected: "a file to write")
    }
  }

  private func path(_ id: String, _ folder: String) -> String { folder + "/" + id + Self.ending }
}
