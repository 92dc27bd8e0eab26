import Foundation

/// The instructions that Callgrind has counted, read from the files that it writes at each dump.
///
/// A file's last line is `totals: ` and the number (Valgrind manual, "Callgrind Format Specification").
struct InstructionCounter {
  private let folder: String

  init(folder: String) {
    self.folder = folder
  }

  /// Reads and deletes the file of the last dump.
  /// - Returns: the instructions; 0 outside Valgrind, which writes no file.
  func takeLast() throws -> Int {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    var total = 0
    for name in names {
      let path = "\(folder)/\(name)"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      if let line = text.split(separator: "\n").last(where: { $0.hasPrefix("totals:") || $0.hasPrefix("summary:") }) {
        total += line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      }
      try FileManager.default.removeItem(atPath: path)
    }
    return total
  }
}
