/// Breaks text between words.
enum LineFill {
  /// At most `count` lines of about the same length.
  static func balanced(_ text: String, into count: Int) -> [String] {
    let words = text.split(separator: " ")
    guard count > 1, words.count > 1 else { return [text] }
    let total = words.reduce(0) { $0 + $1.count + 1 }
    var lines: [String] = []
    var line: [Substring] = []
    var before = 0
    for word in words {
      let middle = before + word.count / 2
      if !line.isEmpty, lines.count < count - 1, middle * count >= total * (lines.count + 1) {
        lines.append(line.joined(separator: " "))
        line = []
      }
      line.append(word)
      before += word.count + 1
    }
    return lines + [line.joined(separator: " ")]
  }

  /// Lines of at most `width` characters where the words allow it.
  /// - Parameter mayBegin: whether a line may begin with a word.
  static func filled(
    _ text: String, width: Int, mayBegin: (Substring) -> Bool = { _ in true }
  ) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width, mayBegin(word) {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " " + word
    }
    return lines + [line]
  }
}
