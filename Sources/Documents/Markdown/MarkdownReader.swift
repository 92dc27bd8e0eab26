/// Markdown (CommonMark 0.31, with GitHub's tables, task lists and footnotes, and front matter): paragraphs, headings,
/// list items and table cells are translated; code, addresses, markers and everything between the blocks stand.
struct MarkdownReader {
  private let lines: [FileLine]
  private let labels: Set<String>
  private var pieces: [Document.Piece] = []
  private var index = 0
  /// Whether an indented line belongs to a list item above, rather than being code.
  private var isInList = false

  static func pieces(of file: String) -> [Document.Piece] {
    var reader = MarkdownReader(FileLine.lines(of: file))
    reader.readBlocks()
    return reader.pieces
  }

  private init(_ lines: [FileLine]) {
    self.lines = lines
    labels = Set(lines.compactMap { MarkdownLine($0.text).definedLabel })
  }

  private mutating func readBlocks() {
    skipFrontMatter()
    while index < lines.count {
      let line = MarkdownLine(lines[index].text)
      if let fence = line.fence {
        skip(through: { MarkdownLine($0).closes(fence) })
      } else if line.opensMath {
        skip(through: { MarkdownLine($0).opensMath })
      } else if line.isBlank || line.isRule || line.definedLabel != nil || isCode(line) {
        skipLine()
      } else if line.opensHTML {
        readHTML(line)
      } else if isTable {
        readTable()
      } else if let heading = line.heading {
        readLine(before: heading.before, text: heading.text)
      } else {
        readParagraph(line)
      }
      isInList = line.isItem || isInList && (line.isBlank || line.isIndented)
    }
  }

  // MARK: What stands

  private mutating func skipLine() {
    pieces.append(.fixed(lines[index].raw))
    index += 1
  }

  /// The line, and those behind it up to one that is the last.
  private mutating func skip(through isLast: (Substring) -> Bool) {
    skipLine()
    while index < lines.count {
      let text = lines[index].text
      skipLine()
      if isLast(text) { return }
    }
  }

  private mutating func skipFrontMatter() {
    guard let first = lines.first?.text, first == "---" || first == "+++" else { return }
    guard lines.dropFirst().contains(where: { $0.text == first }) else { return }
    skip(through: { $0 == first })
  }

  private func isCode(_ line: MarkdownLine) -> Bool {
    line.isIndented && !isInList && (index == 0 || lines[index - 1].isBlank || isCodeBefore)
  }

  /// Code goes on until a line that is not indented.
  private var isCodeBefore: Bool { index > 0 && MarkdownLine(lines[index - 1].text).isIndented }

  // MARK: What is translated

  /// A block of HTML, to a blank line or the end of a comment, as HTML.
  private mutating func readHTML(_ line: MarkdownLine) {
    let (start, end) = (index, line.htmlEnd)
    repeat { index += 1 } while index < lines.count && !end.isBetween(lines[index - 1].text, lines[index].text)
    let raw = lines[start..<index].map(\.raw).joined()
    pieces.append(.text(DocumentText(raw, isMarkup: true)))
  }

  private var isTable: Bool {
    index + 1 < lines.count && lines[index].text.contains("|") && MarkdownLine(lines[index + 1].text).isTableRule
  }

  private mutating func readTable() {
    readRow()
    skipLine()
    while index < lines.count, !lines[index].isBlank, lines[index].text.contains("|") { readRow() }
  }

  private mutating func readRow() {
    for cell in MarkdownLine(lines[index].text).cells {
      pieces.append(.fixed(String(cell.before)))
      append(String(cell.text)) { $0.replacing("\\|", with: "|").replacing("|", with: "\\|") }
      pieces.append(.fixed(String(cell.after)))
    }
    pieces.append(.fixed(String(lines[index].end)))
    index += 1
  }

  private mutating func readLine(before: Substring, text: Substring) {
    pieces.append(.fixed(String(before)))
    append(String(text))
    pieces.append(.fixed(String(lines[index].text[text.endIndex...]) + lines[index].end))
    index += 1
  }

  /// Lines that belong together are one text; where a line is broken on purpose, one ends.
  private mutating func readParagraph(_ first: MarkdownLine) {
    var paragraph = MarkdownParagraph(first, end: lines[index].end)
    index += 1
    while index < lines.count, !paragraph.isBroken {
      let line = MarkdownLine(lines[index].text)
      guard !line.interrupts(depth: first.quoteDepth), !isTable else { break }
      paragraph.add(line, end: lines[index].end)
      index += 1
    }
    pieces.append(.fixed(paragraph.before))
    let filled = paragraph
    append(paragraph.text, raw: paragraph.raw) { filled.filled($0) }
    pieces.append(.fixed(paragraph.after))
  }

  private mutating func append(
    _ text: String, raw: String? = nil, write: @escaping @Sendable (String) -> String = { $0 }
  ) {
    guard text.contains(where: \.isLetter) else { return pieces.append(.fixed(raw ?? text)) }
    let marked = MarkedText(text, MarkdownInline(labels: labels).marks(in: text), isEscaped: false)
    pieces.append(
      .text(
        DocumentText(marked.source, raw: raw ?? text, isMarkup: marked.isMarkup) { write(marked.target($0)) }))
  }
}
