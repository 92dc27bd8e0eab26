/// A line of a file and what ends it.
struct FileLine: Sendable, Equatable {
  var text: Substring
  /// LF, CR LF or CR; empty at the end of the file.
  var end: Substring

  /// The whole of it, as it stands.
  var raw: String { String(text) + end }

  var isBlank: Bool { text.allSatisfy { $0 == " " || $0 == "\t" } }

  /// The lines of a file; together they are the file.
  static func lines(of file: String) -> [FileLine] {
    var lines: [FileLine] = []
    let scalars = file.unicodeScalars
    var start = scalars.startIndex
    var index = start
    while index < scalars.endIndex {
      let scalar = scalars[index]
      guard scalar == "\n" || scalar == "\r" else {
        index = scalars.index(after: index)
        continue
      }
      var next = scalars.index(after: index)
      if scalar == "\r", next < scalars.endIndex, scalars[next] == "\n" { next = scalars.index(after: next) }
      lines.append(FileLine(text: Substring(scalars[start..<index]), end: Substring(scalars[index..<next])))
      start = next
      index = next
    }
    if start < scalars.endIndex { lines.append(FileLine(text: Substring(scalars[start...]), end: "")) }
    return lines
  }
}
