/// Lines of Markdown that stand alone: headings, titles of callouts and of boxes, and directives.
extension MarkdownLine {
  /// A line with a text that no other line continues.
  struct Title {
    var before: Substring
    var text: Substring
    /// Whether indented lines after the title are its content rather than code.
    var isAboveIndent = false
  }

  /// The title that the line is; nil if it is a line of a paragraph.
  var title: Title? { heading ?? callout ?? container ?? admonition }

  /// The marks of a heading and its text, without closing marks and attributes; nil if the line is no heading.
  private var heading: Title? {
    let marks = text.prefix { $0 == "#" }
    guard (1...6).contains(marks.count), text[marks.endIndex...].first.map({ $0 == " " || $0 == "\t" }) ?? true else {
      return nil
    }
    var end = text[marks.endIndex...].drop { $0 == " " || $0 == "\t" }
    let start = end.startIndex
    if end.last == "}", let open = end.lastIndex(of: "{"), open > end.startIndex { end = Self.trimmed(end[..<open]) }
    let content = end
    while end.last == "#" { end.removeLast() }
    if end.endIndex != content.endIndex, let last = end.last, last != " ", last != "\t" { end = content }
    return Title(before: line[..<start], text: Self.trimmed(end))
  }

  /// `[!NOTE]` in a quote, with or without a title (GitHub, Obsidian).
  private var callout: Title? {
    guard quoteDepth > 0, text.hasPrefix("[!"), let close = text.firstIndex(of: "]") else { return nil }
    guard text[..<close].dropFirst(2).allSatisfy({ $0.isLetter || $0.isNumber || "-_|".contains($0) }) else {
      return nil
    }
    let rest = text[close...].dropFirst().drop { "+- ".contains($0) }
    return Title(before: line[..<rest.startIndex], text: rest)
  }

  /// `::: tip Title`, `:::tip[Title]`, `::: {.class}` or `:::` (VitePress, Docusaurus, Pandoc).
  private var container: Title? {
    guard text.hasPrefix(":::") else { return nil }
    var rest = text.drop { $0 == ":" }.drop { $0 == " " }
    if rest.first == "{" {
      rest = rest.firstIndex(of: "}").map { rest[$0...].dropFirst() } ?? rest[rest.endIndex...]
    } else {
      rest = rest.drop { $0.isLetter || $0.isNumber || "-_.".contains($0) }
    }
    if rest.first == "[", let close = rest.lastIndex(of: "]") {
      rest = rest[..<close].dropFirst()
    } else {
      while rest.last == ":" || rest.last == " " { rest.removeLast() }
      if rest.last == "}", let open = rest.lastIndex(of: "{") { rest = Self.trimmed(rest[..<open]) }
      rest = rest.drop { $0 == " " }
    }
    return Title(before: line[..<rest.startIndex], text: rest)
  }

  /// `!!! note "Title"`, `??? tip` or `=== "Tab"`, above an indented block (MkDocs).
  private var admonition: Title? {
    guard let mark = ["!!!", "???+", "???", "===!", "===+", "==="].first(where: { text.hasPrefix($0 + " ") }) else {
      return nil
    }
    let rest = text.dropFirst(mark.count)
    let quote = rest.firstIndex(of: "\"")
    let kinds = rest[..<(quote ?? rest.endIndex)].split(separator: " ")
    guard kinds.count <= 3, kinds.allSatisfy({ $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" } }) else {
      return nil
    }
    guard !kinds.isEmpty || quote != nil, !mark.hasPrefix("=") || kinds.isEmpty else { return nil }
    guard let quote, let close = rest.lastIndex(of: "\""), close > quote else {
      return Title(before: line[..<rest.endIndex], text: rest[rest.endIndex...], isAboveIndent: true)
    }
    let title = rest[..<close][rest.index(after: quote)...]
    return Title(before: line[..<title.startIndex], text: title, isAboveIndent: true)
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }

  // MARK: Directives

  /// A line for a program rather than a reader, and the lines that belong to it.
  enum Directive: Equatable {
    case line
    /// Lines up to one with this text.
    case linesThrough(String)
  }

  /// The directive that the line is: `{% include %}`, `{{< figure >}}`, `{: .class }`, `[[toc]]`, `\newpage`, or MDX's
  /// `import A from 'a'`.
  var directive: Directive? {
    if text.hasPrefix("import ") { return Self.isImport(text) ? .line : nil }
    if text.hasPrefix("{:") { return text.hasSuffix("}") ? .line : nil }
    if text.first == "\\" {
      return text.count > 2 && text.dropFirst().allSatisfy { $0.isASCII && $0.isLetter } ? .line : nil
    }
    if text.first == "[" { return Self.contents.contains(text.lowercased()) ? .line : nil }
    guard let (open, close) = Self.templates.first(where: { text.hasPrefix($0.open) }) else { return nil }
    let name = text.dropFirst(open.count).drop { $0 == "-" || $0 == " " }.prefix { $0.isLetter }
    if Self.verbatim.contains(name), !text.contains("end" + name), !text.contains("/" + name) {
      return .linesThrough(open == "{%" ? "end" + name : "/" + name)
    }
    guard text.contains(close) else { return .linesThrough(close) }
    return Self.isOnlyTemplates(text) ? .line : nil
  }

  /// Whether a line ends with the name of a module in quotes, perhaps after `from`.
  private static func isImport(_ text: Substring) -> Bool {
    let words = text.split(separator: " ")
    guard let module = words.last?.prefix(while: { $0 != ";" }), module.count > 2, let quote = module.first,
      quote == "'" || quote == "\"", module.last == quote
    else { return false }
    return words.count == 2 || words.dropLast().last == "from"
  }

  private static let contents: Set<String> = ["[toc]", "[[toc]]", "[[_toc_]]"]
  private static let templates = [("{{%", "%}}"), ("{{<", ">}}"), ("{%", "%}")].map { (open: $0.0, close: $0.1) }
  /// Names of templates whose content is code or not shown.
  private static let verbatim: Set<Substring> = ["raw", "highlight", "comment", "verbatim", "codeblock"]

  private static func isOnlyTemplates(_ text: Substring) -> Bool {
    var rest = text
    while !rest.isEmpty {
      guard let template = templates.first(where: { rest.hasPrefix($0.open) }) else { return false }
      guard let end = rest.firstRange(of: template.close)?.upperBound else { return false }
      rest = rest[end...].drop { $0 == " " || $0 == "\t" }
    }
    return true
  }

  // MARK: Tables

  struct Cell {
    var before: Substring
    var text: Substring
    var after: Substring
  }

  /// The cells of a row of a table. The cells joined are the line.
  var cells: [Cell] {
    var cells: [Cell] = []
    var start = line.startIndex
    var index = start
    while index < line.endIndex {
      switch line[index] {
      case "\\": index = line.index(after: index)
      case "|":
        cells.append(Self.cell(line[start...index]))
        start = line.index(after: index)
      default: break
      }
      if index < line.endIndex { index = line.index(after: index) }
    }
    return cells + [Self.cell(line[start...])]
  }

  private static func cell(_ whole: Substring) -> Cell {
    var text = whole.drop { $0 == " " || $0 == "\t" }
    if text.last == "|" { text.removeLast() }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return Cell(before: whole[..<text.startIndex], text: text, after: whole[text.endIndex...])
  }
}
