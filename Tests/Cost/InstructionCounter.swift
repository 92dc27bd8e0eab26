import Foundation

/// The instructions that Callgrind has counted, read from the files that it writes at each dump.
///
/// A file's last line is `totals: ` and the number (Valgrind manual, "Callgrind Format Specification").
struct InstructionCounter {
  private let folder: String

  init(folder: String) {
    self.folder = folder
  }

  /// Reads the end of the last dump's files, and deletes them.
  /// - Returns: the instructions; 0 outside Valgrind, which writes no file.
  func takeLast() throws -> Int {
    var total = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let path = "\(folder)/\(name)"
      total += try Self.total(path)
      try FileManager.default.removeItem(atPath: path)
    }
    return total
  }

  private static func total(_ path: String) throws -> Int {
    guard let file = FileHandle(forReadingAtPath: path) else { return 0 }
    let length = try file.seekToEnd()
    try file.seek(toOffset: length - min(length, 256))
    let end = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    let line = end.split(separator: "\n").last { $0.hasPrefix("totals:") }
    return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
  }
}
