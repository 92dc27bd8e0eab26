/// A line of a file and its line ending.
struct FileLine: Sendable, Equatable {
  var text: Substring
  /// LF, CR LF or CR; empty at the end of the file.
  var end: Substring

  /// The bytes of the line in the file.
  var raw: String { String(text) + end }

  var isBlank: Bool { text.allSatisfy { $0 == " " || $0 == "\t" } }

  /// Returns the lines of a file. The lines joined are the file.
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

/// Line breaks between the words of a text.
enum LineBreaking {
  /// Breaks a text into at most `count` lines of about the same length.
  /// - Parameter canBegin: returns whether a line can begin with a word.
  static func balanced(
    _ text: String, into count: Int, canBegin: (Substring) -> Bool = { _ in true }
  ) -> [String] {
    let words = text.split(separator: " ")
    guard count > 1, words.count > 1 else { return [text] }
    let total = words.reduce(0) { $0 + $1.count + 1 }
    var lines: [String] = []
    var line: [Substring] = []
    var before = 0
    for word in words {
      let middle = before + word.count / 2
      if !line.isEmpty, lines.count < count - 1, middle * count >= total * (lines.count + 1), canBegin(word) {
        lines.append(line.joined(separator: " "))
        line = []
      }
      line.append(word)
      before += word.count + 1
    }
    return lines + [line.joined(separator: " ")]
  }

  /// Breaks a text into lines of at most `width` characters, if the words allow it.
  /// - Parameter canBegin: returns whether a line can begin with a word.
  static func filled(
    _ text: String, width: Int, canBegin: (Substring) -> Bool = { _ in true }
  ) -> [String] {
    var lines: [[Substring]] = [[]]
    var length = 0
    for word in text.split(separator: " ") {
      let count = word.count
      if length > 0, length + 1 + count > width, canBegin(word) {
        lines.append([])
        length = 0
      }
      lines[lines.count - 1].append(word)
      length += length > 0 ? count + 1 : count
    }
    return lines.map { $0.joined(separator: " ") }
  }
}
