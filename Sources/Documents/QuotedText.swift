/// A text in quotes with escapes, the notation of message catalogues.
///
/// Quotes, backslashes, tabs and ends of lines are read as what they are. The other escapes of C, such as `\a` and
/// `\x41`, are marks that a translation places as they are spelled.
struct QuotedText: Sendable {
  /// Columns that gettext's tools fill.
  static let width = 79

  let text: MarkedText

  /// - Parameter content: the text between the quotes, with its escapes.
  init(_ content: String) {
    var reader = EscapeReader(content)
    reader.read()
    // If every other escape is text, plain text has the ends of lines as they are.
    if !reader.marks.contains(where: { $0.role != .lineBreak }) { reader.marks = [] }
    text = MarkedText(reader.text, reader.marks, spell: Self.escaped)
  }

  /// Returns the text between the first quote of a line and the last; an empty text if there are none.
  static func content(_ line: Substring) -> Substring {
    guard let open = line.firstIndex(of: "\""), let close = line.lastIndex(of: "\""), open < close else { return "" }
    return line[line.index(after: open)..<close]
  }

  /// The spelling of a text that has no escapes.
  @Sendable private static func escaped(_ text: Substring) -> String {
    var output = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": output += "\\n"
      case "\t": output += "\\t"
      case "\r": output += "\\r"
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output
  }

  // MARK: Lines

  /// Returns a keyword and a text: on one line if they fit, else on several lines broken after new lines and spaces.
  /// - Parameter content: the text with its escapes.
  static func lines(of content: String, after keyword: String, width: Int) -> [String] {
    let single = "\(keyword) \"\(content)\""
    let parts = parts(of: content)
    if parts.count <= 1, width == .max || single.count <= width { return [single] }
    return ["\(keyword) \"\""] + parts.flatMap { wrapped($0, width: width) }
  }

  /// The lines of a text, each with the `\n` that ends it.
  private static func parts(of content: String) -> [Substring] {
    var parts: [Substring] = []
    var (start, index) = (content.startIndex, content.startIndex)
    while index < content.endIndex {
      let isEscape = content[index] == "\\"
      index = content.index(after: index)
      guard isEscape, index < content.endIndex else { continue }
      let isEnd = content[index] == "n"
      index = content.index(after: index)
      if isEnd {
        parts.append(content[start..<index])
        start = index
      }
    }
    return start < content.endIndex ? parts + [content[start...]] : parts
  }

  private static func wrapped(_ text: Substring, width: Int) -> [String] {
    guard width < .max else { return ["\"\(text)\""] }
    var lines: [String] = []
    var (line, columns) = ("", 0)
    for word in words(text) {
      let count = word.count
      if !line.isEmpty, columns + count + 2 > width {
        lines.append("\"\(line)\"")
        (line, columns) = ("", 0)
      }
      line += word
      columns += count
    }
    return lines + ["\"\(line)\""]
  }

  /// The words of a text, each with the spaces after it.
  private static func words(_ text: Substring) -> [Substring] {
    var words: [Substring] = []
    var rest = text
    while !rest.isEmpty {
      let word = rest.prefix { $0 != " " }
      let spaces = rest[word.endIndex...].prefix { $0 == " " }
      words.append(rest[..<spaces.endIndex])
      rest = rest[spaces.endIndex...]
    }
    return words
  }
}

// MARK: - Escapes

/// A reader of escapes (C, "Character constants").
private struct EscapeReader {
  private var rest: Substring.UnicodeScalarView
  private(set) var text = ""
  var marks: [InlineMark] = []

  init(_ content: String) { rest = content[...].unicodeScalars }

  mutating func read() {
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let code = rest.popFirst() else {
        text.unicodeScalars.append(scalar)
        continue
      }
      switch code {
      case "n": add("\n", .lineBreak)
      case "t": text += "\t"
      case "r": text += "\r"
      case "\"", "\\": text.unicodeScalars.append(code)
      case "0"..."7": add("\\" + String(code) + digits(2) { ("0"..."7").contains($0) }, .unchanged)
      case "x": add("\\x" + digits(.max) { $0.properties.isASCIIHexDigit }, .unchanged)
      default: add("\\" + String(code), .single)
      }
    }
  }

  private mutating func digits(_ count: Int, _ isDigit: (Unicode.Scalar) -> Bool) -> String {
    let digits = rest.prefix(count).prefix(while: isDigit)
    rest = rest[digits.endIndex...]
    return String(digits)
  }

  private mutating func add(_ mark: String, _ role: InlineMark.Role) {
    let start = text.endIndex
    text += mark
    marks.append(InlineMark(range: start..<text.endIndex, role: role))
  }
}
