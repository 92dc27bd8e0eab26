/// Lines of Markdown that are one text.
struct MarkdownParagraph: Sendable {
  /// The marks before the first line.
  let before: String
  /// The lines as one.
  private(set) var text: String
  /// As it stands, without `before` and `after`.
  private(set) var raw: String
  /// What ends the last line.
  private(set) var after: String
  /// Whether the last line is broken on purpose: with two spaces or a backslash at its end.
  private(set) var isBroken: Bool
  /// What stands before the second line.
  private var margin: String
  private var newLine: String
  private var width: Int
  private var lines = 1

  init(_ line: MarkdownLine, end: Substring) {
    before = String(line.before)
    // An item's further lines stand below its text.
    margin = String(line.before.map { $0 == ">" || $0 == "\t" ? $0 : " " })
    (text, after, isBroken) = Self.parts(line, end)
    raw = text
    newLine = String(end)
    width = line.line.count
  }

  mutating func add(_ line: MarkdownLine, end: Substring) {
    let (content, following, isLast) = Self.parts(line, end)
    if lines == 1 { margin = String(line.before) }
    raw += after + line.before + content
    text += " " + content
    (after, isBroken) = (following, isLast)
    width = max(width, line.line.count)
    lines += 1
  }

  /// A translation as long lines as there were, if there were several.
  func filled(_ translation: String) -> String {
    guard lines > 1 else { return translation }
    let lines = LineFill.filled(translation, width: max(width - margin.count, 1), mayBegin: Self.mayBegin)
    return lines.joined(separator: newLine + margin)
  }

  /// A word that would turn a line into something else must not begin one.
  private static func mayBegin(_ word: Substring) -> Bool {
    guard let first = word.first else { return true }
    return !"#>-+*=|<`~:[".contains(first) && !(first.isNumber && (word.hasSuffix(".") || word.hasSuffix(")")))
  }

  private static func parts(_ line: MarkdownLine, _ end: Substring) -> (text: String, after: String, isBroken: Bool) {
    let spaces = line.line[line.text.endIndex...]
    if line.text.hasSuffix("\\") { return (String(line.text.dropLast()), "\\" + spaces + end, true) }
    return (String(line.text), String(spaces + end), spaces.count >= 2)
  }
}
