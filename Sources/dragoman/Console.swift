import Glibc

/// The terminal or file behind stderr.
enum Console {
  static func error(_ line: String) {
    write(line + "\n")
  }

  /// Redraws one line where somebody can see it.
  static func progress(_ text: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    write("\r\u{1B}[K\(text)")
  }

  /// Ends the line that `progress` draws.
  static func endProgress() {
    guard isatty(STDERR_FILENO) == 1 else { return }
    write("\n")
  }

  /// What nobody can be told is dropped.
  private static func write(_ text: String) {
    try? OutputFile.standardError.write(text)
  }
}
