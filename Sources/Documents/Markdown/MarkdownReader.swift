extension DocumentFormat {
  /// Markdown (CommonMark 0.31, with GitHub's tables, task lists and footnotes, and front matter).
  package static let markdown = DocumentFormat(fileExtension: "md", mediaType: "text/markdown; charset=utf-8") {
    (file, document) throws(DocumentError) in try MarkdownReader.read(file, into: &document)
  }
}

/// A reader of Markdown.
///
/// Paragraphs, headings, list items and table cells are translated. Code, addresses, markers and everything between
/// the blocks do not change.
private struct MarkdownReader {
  private let lines: [FileLine]
  /// The labels of link definitions in the file, in lower case.
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
      } else if let directive = line.directive {
        try skipDirective(directive)
      } else if line.opensHTML || line.isLoneTag {
        try readHTML(line)
      } else if isTable {
        try readTable()
      } else if let title = line.title {
        try readLine(before: title.before, text: title.text)
      } else {
        try readParagraph(line)
      }
      isInList = line.isItem || line.title?.isAboveIndent == true || isInList && (line.isBlank || line.isIndented)
    }
  }

  // MARK: Parts that do not change

  private mutating func skipLine() throws(DocumentError) {
    try document.addFixed(lines[index].raw)
    index += 1
  }

  /// Skips the line and the lines after it, up to the first that is the last.
  private mutating func skip(through isLast: (Substring) -> Bool) throws(DocumentError) {
    try skipLine()
    while index < lines.count {
      let text = lines[index].text
      try skipLine()
      if isLast(text) { return }
    }
  }

  private mutating func skipDirective(_ directive: MarkdownLine.Directive) throws(DocumentError) {
    switch directive {
    case .line: try skipLine()
    case .linesThrough(let end): try skip(through: { $0.contains(end) })
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

  /// Whether the line before is indented: code ends at the first line that is not.
  private var isCodeBefore: Bool { index > 0 && MarkdownLine(lines[index - 1].text).isIndented }

  // MARK: Parts that are translated

  /// Reads a block of HTML as one text with tags.
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
      try document.addFixed(cell.before)
      try add(String(cell.text)) { $0.replacing("\\|", with: "|").replacing("|", with: "\\|") }
      try document.addFixed(cell.after)
    }
    try document.addFixed(lines[index].end)
    index += 1
  }

  private mutating func readLine(before: Substring, text: Substring) throws(DocumentError) {
    try document.addFixed(before)
    try add(String(text))
    try document.addFixed(lines[index].text[text.endIndex...])
    try document.addFixed(lines[index].end)
    index += 1
  }

  /// Reads the lines of a paragraph as one text. A deliberate line break ends the text.
  private mutating func readParagraph(_ first: MarkdownLine) throws(DocumentError) {
    var paragraph = MarkdownParagraph(first, end: lines[index].end)
    index += 1
    while index < lines.count, !paragraph.isBroken {
      let line = MarkdownLine(lines[index].text)
      guard !line.interrupts(depth: first.quoteDepth), !isTable else { break }
      paragraph.add(line, end: lines[index].end)
      index += 1
    }
    if paragraph.hasOwnLines(labels) {
      for row in paragraph.rows {
        try document.addFixed(row.before)
        try add(row.text)
        try document.addFixed(row.after)
      }
      return
    }
    try document.addFixed(paragraph.before)
    let complete = paragraph
    try add(paragraph.text, raw: paragraph.raw) { complete.filled($0) }
    try document.addFixed(paragraph.after)
  }

  /// Adds a text with its inline marks, or a fixed part if it has no letter.
  private mutating func add(
    _ text: String, raw: String? = nil, write: @escaping @Sendable (String) -> String = { $0 }
  ) throws(DocumentError) {
    guard text.contains(where: \.isLetter) else { return try document.addFixed(raw ?? text) }
    let marks = MarkdownInline(labels: labels).marks(in: text)
    let escapes = MarkdownEscapes(text)
    let marked = MarkedText(
      text, marks, read: MarkdownEscapes.removed, spell: escapes.written)
    try document.addText(
      DocumentText(marked.source, raw: raw ?? text, isMarkup: marked.isMarkup) { write(marked.target($0)) })
  }
}

/// Lines of Markdown that are one text.
private struct MarkdownParagraph: Sendable {
  /// The marks in front of the first line.
  let before: String
  /// The lines as one.
  private(set) var text: String
  /// The bytes of the file between `before` and `after`.
  private(set) var raw: String
  /// The end of the last line.
  private(set) var after: String
  /// Whether the last line ends in a deliberate line break: two spaces or a backslash.
  private(set) var isBroken: Bool
  /// The indent and the marks in front of the second line.
  private var margin: String
  private var newLine: String
  private var width: Int
  /// The lines, each with what is before its text and after it.
  private(set) var rows: [(before: String, text: String, after: String)]

  init(_ line: MarkdownLine, end: Substring) {
    before = String(line.before)
    // Further lines of an item are below its text.
    margin = String(line.before.map { $0 == ">" || $0 == "\t" ? $0 : " " })
    (text, after, isBroken) = Self.parts(line, end)
    raw = text
    newLine = String(end)
    width = line.line.count
    rows = [(before, text, after)]
  }

  mutating func add(_ line: MarkdownLine, end: Substring) {
    let (content, following, isLast) = Self.parts(line, end)
    if rows.count == 1 { margin = String(line.before) }
    raw += after + line.before + content
    text += " " + content
    (after, isBroken) = (following, isLast)
    width = max(width, line.line.count)
    rows.append((String(line.before), content, following))
  }

  /// Columns of lines that were broken because they were full. Shorter lines end where the writer ended them.
  private static let fullWidth = 40

  /// Whether each line is a text of its own, such as those of a verse or an address: all are short and begin with a capital.
  /// - Parameter labels: those of link definitions in the file.
  func hasOwnLines(_ labels: Set<String>) -> Bool {
    guard rows.count > 1, width < Self.fullWidth else { return false }
    guard rows.dropFirst().allSatisfy({ $0.text.first?.isUppercase == true }) else { return false }
    // No mark runs over the end of a line.
    let inline = MarkdownInline(labels: labels)
    return rows.reduce(0) { $0 + inline.marks(in: $1.text).count } == inline.marks(in: text).count
  }

  /// Returns a translation in lines, if the paragraph has several: as long as its lines if they are full, or else as many.
  func filled(_ translation: String) -> String {
    guard rows.count > 1 else { return translation }
    let parts =
      width < Self.fullWidth
      ? LineBreaking.balanced(translation, into: rows.count, canBegin: Self.canBegin)
      : LineBreaking.filled(translation, width: max(width - margin.count, Self.fullWidth / 2), canBegin: Self.canBegin)
    return parts.joined(separator: newLine + margin)
  }

  /// Whether a word at the start of a line leaves the line a part of the paragraph.
  private static func canBegin(_ word: Substring) -> Bool {
    guard let first = word.first else { return true }
    return !"#>-+*=|<`~:[".contains(first) && !(first.isNumber && (word.hasSuffix(".") || word.hasSuffix(")")))
  }

  private static func parts(_ line: MarkdownLine, _ end: Substring) -> (text: String, after: String, isBroken: Bool) {
    let spaces = line.line[line.text.endIndex...]
    if line.text.hasSuffix("\\") { return (String(line.text.dropLast(1)), "\\" + spaces + end, true) }
    return (String(line.text), String(spaces + end), spaces.count >= 2)
  }
}
