import Glibc

/// The terminal or file behind stderr.
package enum Console {
  /// Opens `/dev/null` for each standard stream that is closed. A socket or pipe would get its number otherwise, and the
  /// program's output would go there.
  package static func openStandardStreams() {
    var descriptor: Int32
    repeat { descriptor = open("/dev/null", O_RDWR) } while (0...STDERR_FILENO).contains(descriptor)
    if descriptor > STDERR_FILENO { close(descriptor) }
  }

  package static func error(_ line: String) {
    write(line + "\n")
  }

  /// Redraws one line; does nothing if stderr is no terminal.
  package static func progress(_ text: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    write("\r\u{1B}[K\(text)")
  }

  /// Ends the line that `progress` draws.
  package static func endProgress() {
    guard isatty(STDERR_FILENO) == 1 else { return }
    write("\n")
  }

  /// Writes to stderr; a failure has no other place to be reported.
  private static func write(_ text: String) {
    try? OutputFile.standardError.write(text)
  }
}

/// Text in columns.
package enum TextTable {
  /// Lines of cells. Each column is as wide as its widest cell.
  package static func columns(_ rows: [[String]]) -> String {
    var widths: [Int: Int] = [:]
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column] ?? 0, cell.count) }
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        column == row.count - 1 ? cell : cell + String(repeating: " ", count: (widths[column] ?? 0) - cell.count)
      }
      return cells.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
