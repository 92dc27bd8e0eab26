import Archive
import Files
import Foundation
import Glibc
import Models

/// The models under the folders that an operator names. A folder that cannot be read as a model is reported once and
/// passed over. If its files change, it is another model and is looked at again.
///
/// `@unchecked Sendable`: all variables are only touched under `lock`.
package final class StoredFolders: @unchecked Sendable {
  /// Folders of models, any number of levels up to `maxDepth` below which the models are.
  package struct Roots: Sendable {
    package var models: [String]
    /// Folders of packages of Argos Translate; all else in them is ignored.
    package var packages: [String]

    package init(models: [String] = [], packages: [String] = []) {
      self.models = models
      self.packages = packages
    }

    package var isEmpty: Bool { models.isEmpty && packages.isEmpty }
  }

  private static let maxDepth = 3

  private let roots: Roots
  private let preferences: ModelPreferences
  private let pair: LanguagePair?
  private let report: @Sendable (String) -> Void
  private let lock = NSLock()
  private var known: [StoredModel.Key: Result<StoredModel, FileError>] = [:]
  /// The folders of the last scan; nil before the first.
  private var lastKeys: [StoredModel.Key]?

  /// - Parameters:
  ///   - pair: the languages of folders that do not say them.
  ///   - report: receives a message for each folder that is passed over.
  package init(
    _ roots: Roots, pair: LanguagePair? = nil, preferences: ModelPreferences = ModelPreferences(),
    report: @escaping @Sendable (String) -> Void
  ) {
    self.roots = roots
    self.pair = pair
    self.preferences = preferences
    self.report = report
  }

  /// Finds the models that are there now. Each is opened as far as it takes to know its languages and its size.
  package func scan() -> [StoredModel] {
    let keys = self.keys()
    lock.withLock { lastKeys = keys }
    var models: [StoredModel] = []
    var faults: [FileError] = []
    var seen: [String: String] = [:]
    var found: [StoredModel.Key: Result<StoredModel, FileError>] = [:]
    let before = lock.withLock { known }
    for key in keys {
      let result = before[key] ?? look(at: key)
      found[key] = result
      let isNew = before[key] == nil
      switch result {
      case .success(let model):
        if let other = seen[model.id] {
          let error = FileError(
            file: key.path, item: "id", found: "\(model.id), as of \(other)", expected: "a name of its own")
          if isNew { faults.append(error) }
        } else {
          seen[model.id] = key.path
          models.append(model)
        }
      case .failure(let error): if isNew { faults.append(error) }
      }
    }
    lock.withLock { known = found }
    for fault in faults { report("passed over a model: \(fault)") }
    return models
  }

  /// Whether the next scan will find other models or files than the last. False before the first.
  package var haveChanged: Bool {
    let keys = self.keys()
    return lock.withLock { lastKeys.map { $0 != keys } ?? false }
  }

  private func look(at key: StoredModel.Key) -> Result<StoredModel, FileError> {
    do {
      let folder = try ModelFolder.open(key.path)
      let format = try ModelFormats.open(folder)
      let tokenizer = try format.loadTokenizer()
      let languages = try ModelLanguages(folder: folder, tokens: tokenizer.languages, fallback: pair)
      let weights = format.tensors.tensors.reduce(0) { $0 + $1.range.count }
      let bytes = weights + LoadedModel.bytesBesideWeights(in: folder, format, tokenizer)
      return .success(
        StoredModel(key: key, id: folder.name, languages: languages, estimatedBytes: bytes) {
          [pair, preferences] in
          try LoadedModel(directory: key.path, pair: pair, preferences: preferences)
        })
    } catch {
      return .failure(
        error as? FileError
          ?? FileError(file: key.path, item: "model", found: "\(error)", expected: "a model that can be read"))
    }
  }

  // MARK: Files

  /// The folders and archives that look like models, in the order of their paths.
  private func keys() -> [StoredModel.Key] {
    var keys: [StoredModel.Key] = []
    for root in roots.models { Self.search(FolderListing(root), depth: Self.maxDepth, &keys) }
    for root in roots.packages {
      let listing = FolderListing(root)
      for folder in listing.subfolders where folder.isPackage { keys.append(folder.key) }
      keys += listing.archives(ending: [".argosmodel"])
    }
    return keys
  }

  private static func search(_ folder: FolderListing, depth: Int, _ keys: inout [StoredModel.Key]) {
    keys += folder.archives(ending: [".argosmodel", ".zip"])
    for listing in folder.subfolders {
      if listing.isModel {
        keys.append(listing.key)
      } else if depth > 1 {
        search(listing, depth: depth - 1, &keys)
      }
    }
  }
}

/// The names in a folder, with the size and the time of each file. Hidden names are left out.
private struct FolderListing {
  private struct Entry {
    let name: String
    let isFolder: Bool
    /// Number, size and time of a file.
    let mark: String
  }

  private static let maxNames = 1 << 14
  private static let weights = [".bin", ".npz", ".safetensors"]

  private let path: String
  private let entries: [Entry]

  /// A folder that cannot be listed has no entries.
  init(_ path: String) {
    self.path = path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    entries = names.filter { !$0.hasPrefix(".") }.sorted().prefix(Self.maxNames).compactMap { name in
      var status = stat()
      guard stat(path + "/" + name, &status) == 0 else { return nil }
      let mark = "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
      return Entry(name: name, isFolder: status.st_mode & S_IFMT == S_IFDIR, mark: mark)
    }
  }

  var subfolders: [FolderListing] { entries.filter(\.isFolder).map { FolderListing(path + "/" + $0.name) } }

  func archives(ending suffixes: [String]) -> [StoredModel.Key] {
    entries.filter { entry in !entry.isFolder && suffixes.contains { entry.name.hasSuffix($0) } }
      .map { StoredModel.Key(path: path + "/" + $0.name, stamp: $0.mark) }
  }

  var isPackage: Bool { has("metadata.json", isFolder: false) && has("model", isFolder: true) }

  /// Whether the folder has weights, or the configuration that belongs to some.
  var isModel: Bool {
    isPackage || has("config.json", isFolder: false)
      || entries.contains { entry in
        !entry.isFolder
          && Self.weights.contains { weights in
            ["", ".gz", ".zst"].contains { entry.name.hasSuffix(weights + $0) }
          }
      }
  }

  private func has(_ name: String, isFolder: Bool) -> Bool {
    entries.contains { $0.name == name && $0.isFolder == isFolder }
  }

  /// The folder with the present state of its files and of those one level below.
  var key: StoredModel.Key {
    let below = subfolders.flatMap { $0.entries.map { "\($0.name) \($0.mark)" } }
    let stamp = entries.map { $0.isFolder ? $0.name : "\($0.name) \($0.mark)" } + below
    return StoredModel.Key(path: path, stamp: stamp.joined(separator: "\n"))
  }
}
