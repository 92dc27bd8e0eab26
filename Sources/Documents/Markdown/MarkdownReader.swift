/// Markdown (CommonMark 0.31, with GitHub's tables, task lists and footnotes, and front matter): paragraphs, headings,
/// list items and table cells are translated; code, addresses, markers and everything between the blocks stand.
struct MarkdownReader {
  private let lines: [FileLine]
  private let labels: Set<String>
  private var document: DocumentBuilder
  private var index = 0
  /// Whether an indented line belongs to a list item above, rather than being code.
  private var isInList = false

  static func read(_ file: String, into document: inout DocumentBuilder) throws(DocumentError) {
    var reader = MarkdownReader(FileLine.lines(of: file), document)
    try reader.readBlocks()
    document = reader.document
  }

  private init(_ lines: [FileLine], _ document: DocumentBuilder) {
    self.lines = lines
    self.document = document
    labels = Set(lines.compactMap { MarkdownLine($0.text).definedLabel })
  }

  private mutating func readBlocks() throws(DocumentError) {
    try skipFrontMatter()
    while index < lines.count {
      let line = MarkdownLine(lines[index].text)
      if let fence = line.fence {
        try skip(through: { MarkdownLine($0).closes(fence) })
      } else if line.opensMath {
        try skip(through: { MarkdownLine($0).opensMath })
      } else if line.isBlank || line.isRule || line.definedLabel != nil || isCode(line) {
        try skipLine()
      } else if line.opensHTML {
        try readHTML(line)
      } else if isTable {
        try readTable()
      } else if let heading = line.heading {
        try readLine(before: heading.before, text: heading.text)
      } else {
        try readParagraph(line)
      }
      isInList = line.isItem || isInList && (line.isBlank || line.isIndented)
    }
  }

  // MARK: What stands

  private mutating func skipLine() throws(DocumentError) {
    try document.addFixed(lines[index].raw)
    index += 1
  }

  /// The line, and those behind it up to one that is the last.
  private mutating func skip(through isLast: (Substring) -> Bool) throws(DocumentError) {
    try skipLine()
    while index < lines.count {
      let text = lines[index].text
      try skipLine()
      if isLast(text) { return }
    }
  }

  private mutating func skipFrontMatter() throws(DocumentError) {
    guard let first = lines.first?.text, first == "---" || first == "+++" else { return }
    guard lines.dropFirst().contains(where: { $0.text == first }) else { return }
    try skip(through: { $0 == first })
  }

  private func isCode(_ line: MarkdownLine) -> Bool {
    line.isIndented && !isInList && (index == 0 || lines[index - 1].isBlank || isCodeBefore)
  }

  /// Code goes on until a line that is not indented.
  private var isCodeBefore: Bool { index > 0 && MarkdownLine(lines[index - 1].text).isIndented }

  // MARK: What is translated

  /// A block of HTML, to a blank line or the end of a comment, as HTML.
  private mutating func readHTML(_ line: MarkdownLine) throws(DocumentError) {
    let (start, end) = (index, line.htmlEnd)
    repeat { index += 1 } while index < lines.count && !end.isBetween(lines[index - 1].text, lines[index].text)
    let raw = lines[start..<index].map(\.raw).joined()
    try document.addText(DocumentText(raw, isMarkup: true))
  }

  private var isTable: Bool {
    index + 1 < lines.count && lines[index].text.contains("|") && MarkdownLine(lines[index + 1].text).isTableRule
  }

  private mutating func readTable() throws(DocumentError) {
    try readRow()
    try skipLine()
    while index < lines.count, !lines[index].isBlank, lines[index].text.contains("|") { try readRow() }
  }

  private mutating func readRow() throws(DocumentError) {
    for cell in MarkdownLine(lines[index].text).cells {
      try document.addFixed(String(cell.before))
      try append(String(cell.text)) { $0.replacing("\\|", with: "|").replacing("|", with: "\\|") }
      try document.addFixed(String(cell.after))
    }
    try document.addFixed(String(lines[index].end))
    index += 1
  }

  private mutating func readLine(before: Substring, text: Substring) throws(DocumentError) {
    try document.addFixed(String(before))
    try append(String(text))
    try document.addFixed(String(lines[index].text[text.endIndex...]) + lines[index].end)
    index += 1
  }

  /// Lines that belong together are one text; where a line is broken on purpose, one ends.
  private mutating func readParagraph(_ first: MarkdownLine) throws(DocumentError) {
    var paragraph = MarkdownParagraph(first, end: lines[index].end)
    index += 1
    while index < lines.count, !paragraph.isBroken {
      let line = MarkdownLine(lines[index].text)
      guard !line.interrupts(depth: first.quoteDepth), !isTable else { break }
      paragraph.add(line, end: lines[index].end)
      index += 1
    }
    try document.addFixed(paragraph.before)
    let filled = paragraph
    try append(paragraph.text, raw: paragraph.raw) { filled.filled($0) }
    try document.addFixed(paragraph.after)
  }

  private mutating func append(
    _ text: String, raw: String? = nil, write: @escaping @Sendable (String) -> String = { $0 }
  ) throws(DocumentError) {
    guard text.contains(where: \.isLetter) else { return try document.addFixed(raw ?? text) }
    let marked = MarkedText(text, MarkdownInline(labels: labels).marks(in: text), isEscaped: false)
    try document.addText(
      DocumentText(marked.source, raw: raw ?? text, isMarkup: marked.isMarkup) { write(marked.target($0)) })
  }
}
