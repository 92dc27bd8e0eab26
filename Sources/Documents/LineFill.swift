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
    var lines: [[Substring]] = [[]]
    var length = 0
    for word in text.split(separator: " ") {
      let count = word.count
      if length > 0, length + 1 + count > width, mayBegin(word) {
        lines.append([])
        length = 0
      }
      lines[lines.count - 1].append(word)
      length += length > 0 ? count + 1 : count
    }
    return lines.map { $0.joined(separator: " ") }
  }
}
