/// Text between quotes with escapes, as catalogues of messages have it.
enum QuotedText {
  /// Columns that gettext's tools fill.
  private static let width = 79
  private static let escapes: [(character: Character, code: Character)] = [
    ("\n", "n"), ("\t", "t"), ("\r", "r"), ("\"", "\""), ("\\", "\\"),
  ]

  /// The text between the first quote of a line and the last; empty where there are none.
  static func read(_ line: Substring) -> String {
    guard let open = line.firstIndex(of: "\""), let close = line.lastIndex(of: "\""), open < close else { return "" }
    var text = ""
    var rest = line[line.index(after: open)..<close].unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let code = rest.popFirst() else {
        text.unicodeScalars.append(scalar)
        continue
      }
      if let escape = escapes.first(where: { $0.code == Character(code) }) {
        text.append(escape.character)
      } else {
        text += "\\" + String(code)
      }
    }
    return text
  }

  /// A keyword and a text: on one line where it fits, else on several that break behind line ends and spaces.
  static func lines(of text: String, after keyword: String) -> [String] {
    let single = keyword + " " + quoted(text)
    let parts = text.split(separator: "\n", omittingEmptySubsequences: false)
    let isOneLine = parts.count == 1 || parts.count == 2 && parts[1].isEmpty
    if isOneLine, single.count <= width { return [single] }
    var lines: [String] = []
    for (number, part) in parts.enumerated() where number + 1 < parts.count || !part.isEmpty {
      lines += wrapped(number + 1 < parts.count ? part + "\n" : String(part))
    }
    return [keyword + " \"\""] + lines
  }

  private static func wrapped(_ text: String) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in words(text) {
      if !line.isEmpty, quoted(line + word).count > width {
        lines.append(quoted(line))
        line = ""
      }
      line += word
    }
    return lines + [quoted(line)]
  }

  /// Words with the spaces behind them.
  private static func words(_ text: String) -> [Substring] {
    var words: [Substring] = []
    var rest = text[...]
    while !rest.isEmpty {
      let word = rest.prefix { $0 != " " }
      let spaces = rest[word.endIndex...].prefix { $0 == " " }
      words.append(rest[..<spaces.endIndex])
      rest = rest[spaces.endIndex...]
    }
    return words
  }

  private static func quoted(_ text: String) -> String {
    var output = "\""
    for scalar in text.unicodeScalars {
      if let escape = escapes.first(where: { $0.character == Character(scalar) }) {
        output.append("\\")
        output.append(escape.code)
      } else {
        output.unicodeScalars.append(scalar)
      }
    }
    return output + "\""
  }
}
