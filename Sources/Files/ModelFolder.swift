import Compression
import Foundation
import Glibc

/// The folder of a model while the model is being loaded: the names in it, its configuration files, and a record of all
/// files that were read. It is a folder on disk, or one in an archive.
///
/// `config.json` and `tokenizer_config.json` are read once, here; whoever needs them takes them from this object.
package final class ModelFolder: Sendable {
  package let directory: String
  /// The folder's name; an archive's is its file's, without the suffix.
  package let name: String
  /// Names of the folder's files, ascending. A file that is there only packed has the name of the unpacked file.
  package let names: [String]
  /// `config.json`, which published folders have; nil if there is none.
  package let configuration: ConfigurationFile?
  /// `tokenizer_config.json`; nil if there is none.
  package let tokenizerConfiguration: ConfigurationFile?
  private let files: FolderFiles

  /// - Throws: `FileError` if the folder cannot be listed or one of the two configuration files is broken.
  package convenience init(directory: String) throws { try self.init(DiskContents(directory: directory)) }

  /// - Throws: `FileError` if the folder cannot be listed or one of the two configuration files is broken.
  package convenience init(_ contents: some FolderContents) throws {
    try self.init(contents, FolderFiles(contents, OpenedFiles()))
  }

  private init(_ contents: any FolderContents, _ files: FolderFiles) throws {
    directory = contents.path
    name = contents.name
    names = try Self.unpacked(contents.names())
    self.files = files
    configuration = try Self.configuration("config.json", in: files)
    tokenizerConfiguration = try Self.configuration("tokenizer_config.json", in: files)
  }

  /// A folder in this one; `checkUnchanged` of either covers the files of both.
  /// - Throws: `FileError` if there is no such folder or one of its two configuration files is broken.
  package func subfolder(_ name: String) throws -> ModelFolder {
    let contents = files.contents.subfolder(name)
    return try ModelFolder(contents, FolderFiles(contents, files.record))
  }

  private static func configuration(_ name: String, in files: FolderFiles) throws -> ConfigurationFile? {
    guard files.contains(name) else { return nil }
    return try ConfigurationFile(files.open(name, atMost: ConfigurationFile.maxSize))
  }

  // MARK: Files

  package func path(_ name: String) -> String { directory + "/" + name }

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

  /// Bytes of the files that were opened, as they are stored.
  package var openedBytes: Int { files.record.opened.reduce(0) { $0 + $1.count } }

  /// - Throws: `FileError` if a file that was opened through this folder has changed since: what was loaded might be
  ///   part of an old model and part of a new one.
  package func checkUnchanged() throws(FileError) {
    for file in files.record.opened { try file.checkUnchanged() }
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

  /// Names without the suffixes of packed files, ascending.
  private static func unpacked(_ names: [String]) -> [String] {
    let plain = Set(names)
    let unpacked = names.compactMap { name -> String? in
      guard let packing = Packing.allCases.first(where: { name.hasSuffix($0.suffix) }) else { return name }
      let short = String(name.dropLast(packing.suffix.count))
      return plain.contains(short) ? nil : short
    }
    return Set(unpacked).sorted()
  }
}

// MARK: - Contents

/// The files of a folder, wherever the folder is.
package protocol FolderContents: Sendable {
  /// The folder's path, for messages.
  var path: String { get }
  var name: String { get }
  /// Names of the files and folders in it.
  /// - Throws: `FileError` if the folder cannot be listed.
  func names() throws(FileError) -> [String]
  func contains(_ name: String) -> Bool
  /// - Parameter limit: the largest size in bytes that is accepted.
  /// - Throws: `FileError` if there is no such file, or it is too large or broken.
  func open(_ name: String, atMost limit: Int) throws(FileError) -> InputFile
  /// A folder in this one. Whether it exists shows when its names are read.
  func subfolder(_ name: String) -> any FolderContents
}

/// The files of a folder on disk.
private struct DiskContents: FolderContents {
  let path: String

  private static let maxNames = 1 << 16

  init(directory: String) { path = directory }

  var name: String { URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent }

  func names() throws(FileError) -> [String] {
    guard let handle = opendir(path) else {
      throw FileError(unreadable: path, code: errno)
    }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      guard names.count < Self.maxNames else {
        throw FileError(file: path, item: "folder", found: "more files", expected: "at most \(Self.maxNames)")
      }
      // Read in place: the entry can be shorter than its type.
      let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
      names.append(String(cString: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)))
    }
    return names.filter { $0 != "." && $0 != ".." }
  }

  func contains(_ name: String) -> Bool { access(path + "/" + name, F_OK) == 0 }

  func open(_ name: String, atMost limit: Int) throws(FileError) -> InputFile {
    try InputFile(path: path + "/" + name, atMost: limit)
  }

  func subfolder(_ name: String) -> any FolderContents { DiskContents(directory: path + "/" + name) }
}

// MARK: - Opened files

/// The files that were opened, in that order. Safe to use from several threads.
// @unchecked: `list` is only touched under `lock`.
private final class OpenedFiles: @unchecked Sendable {
  private let lock = NSLock()
  private var list: [InputFile] = []

  var opened: [InputFile] { lock.withLock { list } }

  func add(_ file: InputFile) { lock.withLock { list.append(file) } }
}

/// The files of a folder under their unpacked names.
private struct FolderFiles: Sendable {
  let contents: any FolderContents
  let record: OpenedFiles

  init(_ contents: any FolderContents, _ record: OpenedFiles) {
    self.contents = contents
    self.record = record
  }

  func contains(_ name: String) -> Bool { contents.contains(name) || packing(of: name) != nil }

  private func packing(of name: String) -> Packing? {
    Packing.allCases.first { contents.contains(name + $0.suffix) }
  }

  func open(_ name: String, atMost limit: Int) throws(FileError) -> InputFile {
    let packing = contents.contains(name) ? nil : packing(of: name)
    let file = try contents.open(name + (packing?.suffix ?? ""), atMost: limit)
    record.add(file)
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
