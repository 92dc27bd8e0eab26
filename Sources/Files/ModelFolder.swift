import Compression
import Foundation
import Glibc

/// The folder of a model while the model is being loaded: the names in it, its configuration files, and a record of all
/// files that were read.
///
/// `config.json` and `tokenizer_config.json` are read once, here; whoever needs them takes them from this object.
package final class ModelFolder: Sendable {
  package let directory: String
  /// Names of the folder's files, ascending. A file that is there only packed has the name of the unpacked file.
  package let names: [String]
  /// `config.json`, which published folders have; nil if there is none.
  package let configuration: ConfigurationFile?
  /// `tokenizer_config.json`; nil if there is none.
  package let tokenizerConfiguration: ConfigurationFile?
  private let files: FolderFiles

  private static let maxNames = 1 << 16

  /// - Throws: `FileError` if the folder cannot be listed or one of the two configuration files is broken.
  package init(directory: String) throws {
    self.directory = directory
    names = try Self.names(in: directory)
    files = FolderFiles(directory)
    configuration = try Self.configuration("config.json", in: files)
    tokenizerConfiguration = try Self.configuration("tokenizer_config.json", in: files)
  }

  private static func configuration(_ name: String, in files: FolderFiles) throws -> ConfigurationFile? {
    guard files.contains(name) else { return nil }
    return try ConfigurationFile(files.open(name, atMost: ConfigurationFile.maxSize))
  }

  // MARK: Files

  package func path(_ name: String) -> String { files.path(name) }

  package func contains(_ name: String) -> Bool { files.contains(name) }

  /// Opens a file of the folder; `checkUnchanged` covers it from now on. A file that is there only packed is unpacked
  /// into memory.
  /// - Parameter limit: the largest unpacked size in bytes that is accepted.
  /// - Throws: `FileError` if there is no such file, or it is too large, or its packed data is broken.
  package func open(_ name: String, atMost limit: Int = .max) throws(FileError) -> InputFile {
    try files.open(name, atMost: limit)
  }

  /// Reads a JSON object of the folder.
  package func json(_ name: String) throws -> ConfigurationFile {
    try ConfigurationFile(open(name, atMost: ConfigurationFile.maxSize))
  }

  /// `config.json`, required.
  package func requiredConfiguration() throws(FileError) -> ConfigurationFile {
    if let configuration { return configuration }
    throw FileError(file: path("config.json"), item: "file", found: "no such file", expected: "a readable file")
  }

  /// - Throws: `FileError` if a file that was opened through this folder has changed since: what was loaded might be
  ///   part of an old model and part of a new one.
  package func checkUnchanged() throws(FileError) {
    for file in files.opened { try file.checkUnchanged() }
  }

  // MARK: Names

  /// The one name for which `fits` holds, or nil.
  /// - Parameter item: the part of a model that is looked for, for messages.
  /// - Throws: `FileError` if several names fit.
  package func onlyName(_ item: String, where fits: (String) -> Bool) throws(FileError) -> String? {
    let fitting = names.filter(fits)
    guard fitting.count < 2 else {
      throw FileError(
        file: directory, item: item, found: "several: \(fitting.prefix(8).joined(separator: ", "))",
        expected: "one, or a decoder.yml that names it")
    }
    return fitting.first
  }

  /// Checks a name that a configuration gives.
  /// - Throws: `FileError` if the name leaves the folder, or there is no such file.
  package func checkName(_ name: String, _ item: String) throws(FileError) {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !name.isEmpty, !name.hasPrefix("/"), !parts.contains(".."), !name.contains("\0") else {
      throw FileError(
        file: directory, item: item, found: "\"\(name.prefix(200))\"", expected: "the name of a file in this folder")
    }
    guard contains(name) else {
      throw FileError(file: path(name), item: item, found: "no such file", expected: "the file that is named")
    }
  }

  private static func names(in directory: String) throws(FileError) -> [String] {
    guard let handle = opendir(directory) else {
      throw FileError(
        file: directory, item: "folder", found: "the error \"\(String(cString: strerror(errno)))\"",
        expected: "a readable folder")
    }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      guard names.count < maxNames else {
        throw FileError(file: directory, item: "folder", found: "more files", expected: "at most \(maxNames)")
      }
      // Read in place: the entry can be shorter than its type.
      let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
      names.append(String(cString: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)))
    }
    let plain = Set(names)
    let unpacked = names.compactMap { name -> String? in
      guard let packing = Packing.allCases.first(where: { name.hasSuffix($0.suffix) }) else { return name }
      let short = String(name.dropLast(packing.suffix.count))
      return plain.contains(short) ? nil : short
    }
    return Set(unpacked).subtracting([".", ".."]).sorted()
  }
}

// MARK: - Opened files

/// The files of a folder under their unpacked names, and those that were opened, in that order. Safe to use from several
/// threads.
// @unchecked: `list` is only touched under `lock`.
private final class FolderFiles: @unchecked Sendable {
  private let directory: String
  private let lock = NSLock()
  private var list: [InputFile] = []

  init(_ directory: String) { self.directory = directory }

  var opened: [InputFile] { lock.withLock { list } }

  func path(_ name: String) -> String { directory + "/" + name }

  func contains(_ name: String) -> Bool { exists(name) || packing(of: name) != nil }

  private func exists(_ name: String) -> Bool { access(path(name), F_OK) == 0 }

  private func packing(of name: String) -> Packing? { Packing.allCases.first { exists(name + $0.suffix) } }

  func open(_ name: String, atMost limit: Int) throws(FileError) -> InputFile {
    let packing = exists(name) ? nil : packing(of: name)
    let file = try InputFile(path: path(name) + (packing?.suffix ?? ""), atMost: limit)
    lock.withLock { list.append(file) }
    try refusePointer(file)
    guard let packing else { return file }
    return try InputFile(unpacking: file, packing, atMost: limit)
  }

  /// - Throws: `FileError` if the file is the pointer that Git LFS leaves in place of a file it has not fetched.
  private func refusePointer(_ file: InputFile) throws(FileError) {
    let start = Array("version https://git-lfs.github.com/spec/".utf8)
    guard file.count >= start.count, file.count < 1024 else { return }
    var found = [UInt8](repeating: 0, count: start.count)
    try file.read(0..<start.count, into: &found)
    guard found != start else {
      throw FileError(
        file: file.path, item: "file", found: "a pointer of Git LFS", expected: "the file itself: git lfs pull")
    }
  }
}
