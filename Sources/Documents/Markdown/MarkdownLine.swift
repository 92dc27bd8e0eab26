/// A line of Markdown, without regard to the lines around it.
struct MarkdownLine {
  let line: Substring
  /// Indents, quote marks, list markers and task boxes.
  let before: Substring
  /// The rest of the line, without white space at its end.
  let text: Substring
  /// Quote marks in `before`.
  let quoteDepth: Int
  /// Whether a list marker or the label of a footnote precedes the text.
  let isItem: Bool

  /// Names of elements that begin a block of HTML (CommonMark 4.6).
  private static let blockElements: Set<Substring> = [
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr",
    "html", "iframe", "legend", "li", "link", "main", "menu", "nav", "ol", "p", "picture", "pre", "script", "section",
    "style", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul", "video",
  ]

  /// The most nested markers on one line. Everything after them is text.
  private static let maxMarkers = 64

  init(_ line: Substring) {
    self.line = line
    var rest = line
    var (depth, isItem) = (0, false)
    for _ in 0..<Self.maxMarkers {
      let content = rest.drop { $0 == " " || $0 == "\t" }
      if content.first == ">" {
        depth += 1
        rest = content.dropFirst()
      } else if let next = Self.afterMarker(content) {
        isItem = true
        rest = next
      } else {
        break
      }
    }
    rest = rest.drop { $0 == " " || $0 == "\t" }
    while rest.last == " " || rest.last == "\t" { rest.removeLast() }
    before = line[..<rest.startIndex]
    text = rest
    quoteDepth = depth
    self.isItem = isItem
  }

  /// Returns the text after `- `, `1. `, `[ ] `, `: `, `[^1]: ` or `*[HTML]: `; nil if it begins with none of them.
  private static func afterMarker(_ text: Substring) -> Substring? {
    guard let first = text.first else { return nil }
    var rest = text.dropFirst()
    if first == ":" { return rest.first == " " || rest.first == "\t" ? rest : nil }
    if text.hasPrefix("*[") { return afterLabel(text) }
    if "-*+".contains(first) {
      guard rest.first == " " || rest.first == "\t", !isRule(text) else { return nil }
      return rest
    }
    if first.isASCII, first.isNumber {
      rest = text.drop { $0.isASCII && $0.isNumber }
      guard rest.first == "." || rest.first == ")", text.distance(from: text.startIndex, to: rest.startIndex) < 10
      else { return nil }
      rest = rest.dropFirst()
      return rest.first == " " || rest.first == "\t" ? rest : nil
    }
    for box in ["[ ] ", "[x] ", "[X] "] where text.hasPrefix(box) { return text.dropFirst(box.count) }
    return text.hasPrefix("[^") ? afterLabel(text) : nil
  }

  private static func afterLabel(_ text: Substring) -> Substring? {
    guard let close = text.firstIndex(of: "]") else { return nil }
    let rest = text[text.index(after: close)...]
    return rest.hasPrefix(": ") ? rest.dropFirst() : nil
  }

  var isBlank: Bool { text.isEmpty }

  var isIndented: Bool { line.hasPrefix("    ") || line.hasPrefix("\t") }

  /// Whether the line is a thematic break, or the underline of a heading.
  var isRule: Bool { Self.isRule(text) }

  private static func isRule(_ text: Substring) -> Bool {
    var mark: Character?
    var count = 0
    for character in text where character != " " && character != "\t" {
      guard mark == nil || mark == character else { return false }
      mark = character
      count += 1
    }
    guard let mark else { return false }
    return mark == "=" || mark == "-" || count >= 3 && "*_".contains(mark)
  }

  /// Whether the line is the row between the head of a table and its body.
  var isTableRule: Bool {
    text.contains("-") && text.contains("|") && text.allSatisfy { "|-: \t".contains($0) }
  }

  /// The marks that open a block of code, counted once for all lines of the block.
  struct Fence: Equatable {
    var mark: Character
    var count: Int
  }

  var fence: Fence? {
    guard let first = text.first, first == "`" || first == "~" else { return nil }
    let marks = text.prefix { $0 == first }
    let isFence = marks.count >= 3 && !(first == "`" && text[marks.endIndex...].contains("`"))
    return isFence ? Fence(mark: first, count: marks.count) : nil
  }

  func closes(_ fence: Fence) -> Bool {
    text.count >= fence.count && text.allSatisfy { $0 == fence.mark }
  }

  var opensMath: Bool { text == "$$" || text == "\\[" || text == "\\]" }

  /// The label of `[label]: address`, in lower case; nil for other lines and for footnotes.
  var definedLabel: String? {
    guard text.hasPrefix("["), !text.hasPrefix("[^"), let close = text.firstIndex(of: "]") else { return nil }
    guard text[close...].hasPrefix("]:") else { return nil }
    return text[..<close].dropFirst().lowercased()
  }

  var opensHTML: Bool {
    guard text.first == "<" else { return false }
    if text.hasPrefix("<!") || text.hasPrefix("<?") { return true }
    let name = text.dropFirst(text.hasPrefix("</") ? 2 : 1).prefix { $0.isLetter || $0.isNumber }
    return Self.blockElements.contains(Substring(name.lowercased()))
  }

  /// Whether the line is a whole tag of any name and nothing else, which begins a block of HTML between paragraphs.
  var isLoneTag: Bool {
    guard text.first == "<", text.last == ">", text.count(where: { $0 == ">" }) == 1 else { return false }
    let name = text.dropFirst(text.hasPrefix("</") ? 2 : 1)
    let after = name.drop { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }
    guard name.first?.isLetter == true, let next = after.first else { return false }
    return next == ">" || next == " " || after == "/>"
  }

  /// The last line of a block of HTML, found once from its first line: the others are looked at without that one.
  enum HTMLEnd: Equatable {
    case lineWithCommentEnd
    /// A line with this text, in any case.
    case lineWith(endTag: String)
    case lineBeforeBlank

    func isBetween(_ line: Substring, _ next: Substring) -> Bool {
      switch self {
      case .lineWithCommentEnd: line.contains("-->")
      case .lineWith(let endTag): line.lowercased().contains(endTag)
      case .lineBeforeBlank: next.allSatisfy { $0 == " " || $0 == "\t" }
      }
    }
  }

  /// The end of the block of HTML that this line opens.
  var htmlEnd: HTMLEnd {
    if text.hasPrefix("<!--") { return .lineWithCommentEnd }
    let lowercase = text.lowercased()
    let name = ["pre", "script", "style", "textarea"].first { lowercase.hasPrefix("<" + $0) }
    return name.map { .lineWith(endTag: "</" + $0) } ?? .lineBeforeBlank
  }

  /// Whether a paragraph cannot continue with this line.
  func interrupts(depth: Int) -> Bool {
    isBlank || isItem || isRule || title != nil || directive != nil || fence != nil || opensMath || opensHTML
      || definedLabel != nil
      || quoteDepth > depth
  }
}
