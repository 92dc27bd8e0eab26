import Files
import Glibc

extension ModelFolder {
  /// Opens the folder of a model, or a ZIP archive of it, such as an `.argosmodel` file.
  /// - Throws: `FileError` if the path is neither, or the folder's configuration is broken.
  package static func open(_ path: String) throws -> ModelFolder {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return try ModelFolder(directory: path) }
    let file = try InputFile(path: path)
    guard try file.withBytes(0..<min(file.count, 4), ZipArchive.recognises) else {
      throw FileError(file: path, item: "file", found: "no ZIP archive", expected: "a folder, or an archive of one")
    }
    return try ModelFolder(ZipFolder(ZipArchive(file), name: name(of: path)))
  }

  /// The last part of a path without the suffix of an archive.
  private static func name(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    let suffix = [".argosmodel", ".zip"].first { name.hasSuffix($0) && name.utf8.count > $0.utf8.count }
    return String(name.dropLast(suffix?.count ?? 0))
  }
}

/// A folder in a ZIP archive.
struct ZipFolder: FolderContents {
  let name: String
  private let archive: ZipArchive
  /// The names of its members begin with it; empty for the archive itself.
  private let prefix: String

  var path: String { prefix.isEmpty ? archive.file.path : archive.file.path + "/" + prefix.dropLast() }

  /// The archive's only folder, or the archive itself if it has files beside folders.
  /// - Parameter name: the archive's.
  init(_ archive: ZipArchive, name: String) {
    let roots = Set(archive.members.map { $0.name.prefix { $0 != "/" } })
    let isWrapped = roots.count == 1 && archive.members.allSatisfy { $0.name.contains("/") }
    self.init(archive, prefix: isWrapped ? roots.map { $0 + "/" }.joined() : "", name: name)
  }

  private init(_ archive: ZipArchive, prefix: String, name: String) {
    self.name = name
    self.archive = archive
    self.prefix = prefix
  }

  func names() throws(FileError) -> [String] {
    let inside = archive.members.lazy.map(\.name).filter { $0.hasPrefix(prefix) && $0.utf8.count > prefix.utf8.count }
    let names = Set(inside.map { String($0.dropFirst(prefix.count).prefix { $0 != "/" }) })
    guard !names.isEmpty else {
      throw FileError(file: path, item: "folder", found: "no such folder", expected: "one in the archive")
    }
    return names.sorted()
  }

  func contains(_ name: String) -> Bool { archive.member(prefix + name) != nil }

  func open(_ name: String, atMost limit: Int) throws(FileError) -> InputFile {
    guard let member = archive.member(prefix + name) else {
      throw FileError(file: path + "/" + name, item: "file", found: "no such file", expected: "one in the archive")
    }
    return try archive.open(member, atMost: limit)
  }

  func subfolder(_ name: String) -> any FolderContents { ZipFolder(archive, prefix: prefix + name + "/", name: name) }
}
