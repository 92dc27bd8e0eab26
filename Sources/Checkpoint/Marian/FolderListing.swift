import Files
import Glibc

/// The names in a folder, to choose files by.
struct FolderListing {
  let directory: String
  /// Ascending.
  let names: [String]

  static let mostNames = 1 << 16

  /// - Throws: `FileError` where the folder cannot be read.
  init(directory: String) throws {
    self.directory = directory
    guard let handle = opendir(directory) else {
      throw FileError(
        file: directory, item: "folder", found: String(cString: strerror(errno)), expected: "a readable folder")
    }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      guard names.count < Self.mostNames else {
        throw FileError(
          file: directory, item: "folder", found: "more files", expected: "at most \(Self.mostNames)")
      }
      names.append(Self.name(of: entry))
    }
    self.names = names.sorted()
  }

  /// The one name that fits, nil where none does.
  /// - Throws: `FileError` where several fit, or where one fits that is still compressed.
  func only(_ item: String, where fits: (String) -> Bool) throws -> String? {
    let fitting = names.filter(fits)
    guard fitting.count < 2 else {
      throw FileError(
        file: directory, item: item, found: "several: \(fitting.prefix(8).joined(separator: ", "))",
        expected: "one, or a decoder.yml that names it")
    }
    if let name = fitting.first { return name }
    guard let packed = names.first(where: { $0.hasSuffix(".gz") && fits(String($0.dropLast(3))) }) else { return nil }
    throw compressed(packed, item)
  }

  /// The path of a file that a configuration names.
  /// - Throws: `FileError` where the name leaves the folder, or there is no such file.
  func path(of name: String, _ item: String) throws -> String {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !name.isEmpty, !name.hasPrefix("/"), !parts.contains(".."), !name.contains("\0") else {
      throw FileError(
        file: directory, item: item, found: "\"\(name.prefix(200))\"", expected: "the name of a file in this folder")
    }
    let path = directory + "/" + name
    guard WeightsFile.exists(path) else {
      if WeightsFile.exists(path + ".gz") { throw compressed(name + ".gz", item) }
      throw FileError(file: path, item: item, found: "no such file", expected: "the file that is named")
    }
    return path
  }

  private func compressed(_ name: String, _ item: String) -> FileError {
    FileError(
      file: directory, item: item, found: "only \(name), compressed",
      expected: "the file unpacked: gunzip -k \(directory)/\(name)")
  }

  /// Read where it lies: the entry may be shorter than its type.
  private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
    let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
    return String(cString: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self))
  }
}
